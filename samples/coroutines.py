# SPDX-License-Identifier: MIT
"""Truth: below main() each function has exactly the callers of the manifest (but for Life.over()).

Two chains of coroutines take turns as fast as possible and share a leaf, with a turn of the event
loop's kind between: each send() resumes a chain from its outermost coroutine to its innermost.

    main > handle_a > query_a > fetch_a > leaf        main > handle_b > query_b > fetch_b > leaf

and leaf() is called by the awaitable's __await__ too: .. > fetch_a > pause_a > leaf. A stack in which
handle_a is above query_b, or leaf above handle_a, never existed: it was torn.

Printed before "ready":
    {"callers": {"leaf": ["fetch_a", "pause_a", ..], ..}, "lines": {"leaf": [20, 21], ..}, "depth": 5}
Runs on 3.5 and later: the versions that have coroutines.
"""

from sample_protocol import Life, line_span, say_json


def leaf():
    return 0


FAMILY = """
def pause_{0}(self):
    yield leaf()

class Pause(object):
    __await__ = pause_{0}

async def fetch_{0}():
    while True:
        leaf()
        await Pause()

async def query_{0}():
    await fetch_{0}()

async def handle_{0}():
    await query_{0}()
"""
CHAIN = ["handle", "query", "fetch", "pause"]


def make_families():
    handlers = []
    callers = {"leaf": []}
    lines = {"leaf": line_span(leaf.__code__)}
    for family in "ab":
        names = {"leaf": leaf}
        exec(compile(FAMILY.format(family), "<family %s>" % family, "exec"), names)
        handlers.append(names["handle_" + family])
        caller = "main"
        for function in CHAIN:
            name = function + "_" + family
            callers[name] = [caller]
            lines[name] = line_span(names[name].__code__)
            caller = name
        callers["leaf"] += ["fetch_" + family, "pause_" + family]
    return handlers, {"callers": callers, "lines": lines, "depth": len(CHAIN) + 1}


def main():
    life = Life()
    handlers, truth = make_families()
    a, b = [handler() for handler in handlers]
    say_json(truth)
    life.ready()
    while not life.over():
        for _ in range(5000):
            a.send(None)
            b.send(None)


if __name__ == "__main__":
    main()
