# SPDX-License-Identifier: MIT
"""Truth: one thread that goes from Python through a compiled library and back, again and again.

    native_crossings.py LIBRARY FUNCTION

FUNCTION of LIBRARY (samples/native/) takes a callable, which it calls, and how deep it is to go.
"""

import ctypes

from sample_protocol import Life


def spin():
    total = 0
    for number in range(20):
        total += number
    return total


def between(function):
    return function(spin, 3)


def main(life, function):
    while not life.over():
        for _ in range(50):
            between(function)


if __name__ == "__main__":
    lifetime = Life()
    library, name = lifetime.arguments
    crossing = getattr(ctypes.PyDLL(library), name)
    crossing.argtypes = [ctypes.py_object, ctypes.c_int]
    lifetime.ready()
    main(lifetime, crossing)
