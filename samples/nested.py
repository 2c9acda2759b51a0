# SPDX-License-Identifier: MIT
"""Truth: one thread, nearly always in one stack, of which every function and line is known.

The stack goes through every kind of code object: module, function, method, lambda, generator,
nested function, comprehension. Lines that are on the stack carry "# MARK: <name>"; the manifest,
printed before "ready", is made from these marks, so it is right however this file is edited:

    {"stack": [{"function": .., "qualified_name": .., "file": .., "line": ..}, ..]}   outermost first

"function" is co_name. "qualified_name" is co_qualname, null where the version has none (before 3.11).
The comprehension has a frame of its own only from 3.0 to 3.11 (PEP 709 inlines it from 3.12 on).
"""

import os
import sys

from sample_protocol import Life, perf_counter, say_json


class Middle(object):
    def method(self):
        call = lambda: generating()  # MARK: <lambda>
        return call()  # MARK: method


def inner(deadline):
    while perf_counter() < deadline: pass  # MARK: inner


def enclosing():
    def nested():
        return [inner(end) for end in (perf_counter() + 0.05,)]  # MARK: nested <listcomp>

    return nested()  # MARK: enclosing


def steps():
    yield enclosing()  # MARK: steps


def generating():
    for step in steps():  # MARK: generating
        assert step


def outer():
    return Middle().method()  # MARK: outer


def main(life):
    while not life.over():
        outer()  # MARK: main


STACK = [
    ("<module>", "<module>"),
    ("main", "main"),
    ("outer", "outer"),
    ("method", "Middle.method"),
    ("<lambda>", "Middle.method.<locals>.<lambda>"),
    ("generating", "generating"),
    ("steps", "steps"),
    ("enclosing", "enclosing"),
    ("nested", "enclosing.<locals>.nested"),
    ("<listcomp>", "enclosing.<locals>.nested.<locals>.<listcomp>"),
    ("inner", "inner"),
]


def manifest():
    path = os.path.abspath(__file__)
    lines = {}
    with open(path) as source:
        for number, text in enumerate(source, 1):
            mark = text.rstrip().rpartition("  # MARK: ")
            for name in mark[2].split() if mark[1] else ():
                lines[name] = number
    has_listcomp = (3, 0) <= sys.version_info < (3, 12)
    # As the interpreter names the file: main's code, compiled from the path on the command line.
    recorded = main.__code__.co_filename
    return [
        {
            "function": name,
            "qualified_name": qualified if sys.version_info >= (3, 11) else None,
            "file": recorded,
            "line": lines[name],
        }
        for name, qualified in STACK
        if name != "<listcomp>" or has_listcomp
    ]


if __name__ == "__main__":
    lifetime = Life()
    say_json({"stack": manifest()})
    lifetime.ready()
    main(lifetime)  # MARK: <module>
