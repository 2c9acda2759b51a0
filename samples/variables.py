# -*- coding: utf-8 -*-
# SPDX-License-Identifier: MIT
"""Truth: one thread that stands in `held`, of whose local variables every value is known.

The manifest, printed before "ready", has them as a dump is to show them; of Python 2 where it differs:

    {"variables": {"<name>": {"kind": "argument" | "local" | "cell", "value": "<text>"}}, "line": ..}

Objects whose __repr__ would end the program are among them: it must not be called. It ends when its
standard input does.
"""

import collections
import os
import sys

from sample_protocol import say, say_json

PYTHON_2 = sys.version_info[0] == 2
LONG = "L" if PYTHON_2 else ""
UNICODE = "u" if PYTHON_2 else ""
BYTES = "" if PYTHON_2 else "b"


class Untouchable(object):
    def __repr__(self):
        os._exit(99)

    __str__ = __len__ = __iter__ = __hash__ = __repr__


class Bag(dict):
    def __repr__(self):
        os._exit(99)


class Old:
    pass


Point = collections.namedtuple("Point", "x y")


def held(first, second=2, *rest, **named):
    nothing = None
    yes = True
    small = -7
    large = 2**61
    huge = -(2**200)
    vast = 1 << 10000
    tenth = 0.1
    whole = 1e15
    tiny = 5e-324
    beyond = float("-inf")
    empty = ""
    text = u"gr\u00fcn \u2764 \U0001f40d"
    lines = u"a\tb\n'c' \\ \x07"
    raw = b"a'\x00\xff"
    long_text = u"x" * 1000
    items = [1, [2, (3,)], {}]
    items.append(items)
    deep = [[[[[1]]]]]
    many = list(range(50))
    keys = {"k": [1], 3: None}
    single = set([1])
    no_items = set()
    frozen = frozenset([u"f"])
    point = Point(1, 2)
    bag = Bag(a=1)
    never = Untouchable()
    holder = [never]
    old = Old()
    shared = 5
    function = lambda: shared
    if held is None:
        unset = 1
    manifest(locals())
    say("ready")
    os.read(0, 1)  # MARK: held


def at(value):
    name = "instance" if PYTHON_2 and isinstance(value, Old) else type(value).__name__
    return "<%s at 0x%x>" % (name, id(value))


def manifest(here):
    values = {
        "first": UNICODE + "'one'",
        "second": "2",
        "rest": "(3, 4)",
        "named": "{'key': 'value'}",
        "nothing": "None",
        "yes": "True",
        "small": "-7",
        "large": str(2**61),
        "huge": str(-(2**200)) + LONG,
        "vast": "<int of 10020 bits>",
        "tenth": "0.1",
        "whole": "1000000000000000.0",
        "tiny": "5e-324",
        "beyond": "-inf",
        "empty": "''",
        "text": UNICODE + u"'gr\u00fcn \u2764 \U0001f40d'",
        "lines": UNICODE + u"\"a\\tb\\n'c' \\\\ \\x07\"",
        "raw": BYTES + u"\"a'\\x00\\xff\"",
        "long_text": UNICODE + "'" + "x" * (200 - len(UNICODE) - 1) + u"\u2026",
        "items": u"[1, [2, (3,)], {}, [\u2026]]",
        "deep": u"[[[[\u2026]]]]",
        "many": u"[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, \u2026]",
        "keys": "{'k': [1], 3: None}",
        "single": "{1}",
        "no_items": "set()",
        "frozen": "frozenset({" + UNICODE + "'f'})",
        "point": "Point((1, 2))",
        "bag": "Bag({'a': 1})",
        "never": at(here["never"]),
        "holder": "[" + at(here["never"]) + "]",
        "old": at(here["old"]),
        "shared": "5",
        "function": at(here["function"]),
    }
    kinds = {"first": "argument", "second": "argument", "rest": "argument", "named": "argument"}
    kinds["shared"] = "cell"
    with open(os.path.abspath(__file__), "rb") as source:
        lines = source.read().decode("utf-8").split("\n")
    line = [number for number, each in enumerate(lines, 1) if each.endswith("  # MARK: held")]
    said = {}
    for name, value in values.items():
        said[name] = {"kind": kinds.get(name, "local"), "value": value}
    say_json({"variables": said, "line": line[0]})


if __name__ == "__main__":
    held(u"one", 2, 3, 4, key="value")
