# SPDX-License-Identifier: MIT
"""Truth: one thread, nearly always in one stack that goes from Python through C to Python, five times.

The manifest, printed before "ready", is that stack, outermost first; "native" is a regular expression
for the C function that stands between two Python functions, in builds that name it:

    {"stack": [{"python": "<module>"}, .., {"native": "^list_?sort"}, {"python": "key"}, ..]}

inner() is called by a callback of qsort(3), through libffi, by ctypes.
"""

import ctypes
import functools
import re

from sample_protocol import Life, perf_counter, say_json

COMPARE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
LIBC = ctypes.CDLL(None)


def inner():
    end = perf_counter() + 0.05
    while perf_counter() < end: pass
    return 0


@COMPARE
def compare(a, b):
    return inner()


def replacement(match):
    numbers = (ctypes.c_int * 2)(2, 1)
    LIBC.qsort(numbers, 2, 4, compare)
    return ""


def add(a, b):
    re.sub("x", replacement, "x")
    return a


def key(value):
    return functools.reduce(add, [1, 2])


def mapped(value):
    return sorted([value], key=key)


def main(life):
    while not life.over():
        list(map(mapped, [1]))


STACK = [
    {"python": "<module>"},
    {"python": "main"},
    {"native": r"^(map_next|builtin_map)(\.|$)"},
    {"python": "mapped"},
    {"native": "^list_?sort"},
    {"python": "key"},
    {"native": "functools_reduce"},
    {"python": "add"},
    {"python": "sub"},
    {"native": "pattern_subx"},
    {"python": "replacement"},
    {"native": "ffi_call|qsort|msort"},
    {"native": "ffi_closure"},
    {"python": "compare"},
    {"python": "inner"},
]

if __name__ == "__main__":
    lifetime = Life()
    say_json({"stack": STACK})
    lifetime.ready()
    main(lifetime)
