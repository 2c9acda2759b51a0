# SPDX-License-Identifier: MIT
"""Truth: every stack below main() is a beginning of even > odd > even > .. (but for Life.over()).

even() and odd() call each other down to DEPTH, and on their way back some levels down again, so the
stack is deep and never still. Two frames of one function next to each other, or more than DEPTH of
them, never existed; and nearly every stack has even() in it: a sampler that loses stacks shows here.

Printed before "ready":
    {"callers": {"even": ["main", "odd"], "odd": ["even"]}, "lines": {"even": [23, 27], ..}, "depth": 200}
"""

import sys

from sample_protocol import Life, line_span, say_json

DEPTH = 200


def even(left, branch):
    if left:
        odd(left - 1, branch)
        if left % branch == 0:
            odd(min(left - 1, 6), branch)


def odd(left, branch):
    if left:
        even(left - 1, branch)
        if left % branch == 0:
            even(min(left - 1, 5), branch)


def main():
    life = Life()
    sys.setrecursionlimit(10 * DEPTH)
    callers = {"even": ["main", "odd"], "odd": ["even"]}
    lines = {"even": line_span(even.__code__), "odd": line_span(odd.__code__)}
    say_json({"callers": callers, "lines": lines, "depth": DEPTH})
    life.ready()
    while not life.over():
        for branch in (3, 5, 7, 11, 13, 17) * 20:
            even(DEPTH - 1, branch)


if __name__ == "__main__":
    main()
