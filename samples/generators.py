# SPDX-License-Identifier: MIT
"""Truth: below main() each function has exactly the callers of the manifest (but for Life.over()).

Four families of generators take turns as fast as possible and share a leaf. All of them suspend and
resume at each turn, and their frames stay where they are while they do:

    main > pull_a > outer_a > inner_a > leaf      by next(), which is C: an evaluation loop of its own
    main > pull_b > outer_b > inner_b > leaf
    main > loop_c > outer_c > inner_c > leaf      by `for`, which newer versions evaluate in place
    main > loop_d > outer_d > inner_d > leaf

A stack in which pull_a is above outer_b, or leaf above pull_a, never existed: it was torn.

Printed before "ready":
    {"callers": {"leaf": ["inner_a", ..], "inner_a": ["outer_a"], ..}, "lines": {"leaf": [22, 23], ..}, ..}
Runs on 3.3 and later: the versions that have `yield from`.
"""

from sample_protocol import Life, line_span, say_json


def leaf():
    return 0


# Functions of their own, so that names tell them apart; `yield from` hands over to the inner one.
FAMILY = """
def inner_{0}():
    while True:
        yield leaf()

def outer_{0}():
    yield from inner_{0}()
"""
PULL = """
def pull_{0}(steps):
    next(steps)
    next(steps)
"""
LOOP = """
def loop_{0}(steps):
    turns = 2
    for step in steps:
        turns -= 1
        if not turns:
            break
"""
FAMILIES = {"a": PULL, "b": PULL, "c": LOOP, "d": LOOP}


def make_families():
    names = {"leaf": leaf}
    callers = {"leaf": []}
    for family, driver in sorted(FAMILIES.items()):
        exec(compile((FAMILY + driver).format(family), "<family %s>" % family, "exec"), names)
        pull = ("pull_" if driver is PULL else "loop_") + family
        callers["leaf"].append("inner_" + family)
        callers["inner_" + family] = ["outer_" + family]
        callers["outer_" + family] = [pull]
        callers[pull] = ["main"]
    return names, callers


def main():
    life = Life()
    names, callers = make_families()
    turns = [(names[pull], names["outer_" + pull[-1]]()) for pull in callers if "main" in callers[pull]]
    lines = dict((name, line_span(names[name].__code__)) for name in callers)
    say_json({"callers": callers, "lines": lines, "depth": 4})
    life.ready()
    while not life.over():
        for _ in range(2000):
            for pull, steps in turns:
                pull(steps)


if __name__ == "__main__":
    main()
