# SPDX-License-Identifier: MIT
"""Truth: one thread that goes from Python to C and back in many ways, never long in one stack.

Sorting with a key, json, re with a callback, functools.reduce, map, generators, comparisons of objects,
a callback of qsort(3) through ctypes. What the stack is at a moment a debugger knows.
"""

import ctypes
import functools
import json
import re

from sample_protocol import Life

COMPARE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
LIBC = ctypes.CDLL(None)


class Ordered(object):
    def __init__(self, value):
        self.value = value

    def __lt__(self, other):
        return spin(self.value) < spin(other.value)


def spin(value):
    total = 0
    for number in range(value % 20):
        total += number * value
    return total


def key(value):
    return functools.reduce(lambda a, b: a + spin(b), [value, 3, 5])


@COMPARE
def compare(a, b):
    return spin(a[0]) - spin(b[0])


def replacement(match):
    return str(sum(spin(number) for number in range(4)))


def by_ctypes():
    numbers = (ctypes.c_int * 5)(5, 3, 4, 1, 2)
    LIBC.qsort(numbers, 5, 4, compare)


def by_json():
    text = json.dumps({"a": [1, 2, {"b": "x" * 50}]}, default=str, indent=1)
    json.loads(text, object_hook=lambda read: sorted(read, key=len))


def cross(depth):
    if depth > 0:
        return list(map(cross, [depth - 1]))
    sorted(range(8), key=key)
    sorted([Ordered(number) for number in (3, 1, 2)])
    re.sub("[0-9]", replacement, "a1b2")
    by_json()
    by_ctypes()
    return None


def main(life):
    while not life.over():
        cross(4)


if __name__ == "__main__":
    lifetime = Life()
    lifetime.ready()
    main(lifetime)
