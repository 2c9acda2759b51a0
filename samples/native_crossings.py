# SPDX-License-Identifier: MIT
"""Truth: one thread that goes from Python through a compiled library and back, again and again.

    native_crossings.py LIBRARY FUNCTION
    native_crossings.py MODULE.so

FUNCTION of LIBRARY (samples/native/), or `cross` of an extension module, takes a callable, which it calls,
and how deep it is to go.
"""

import ctypes
import os
import sys

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
    library = lifetime.arguments[0]
    if len(lifetime.arguments) > 1:
        crossing = getattr(ctypes.PyDLL(library), lifetime.arguments[1])
        crossing.argtypes = [ctypes.py_object, ctypes.c_int]
    else:
        sys.path.insert(0, os.path.dirname(library))
        crossing = __import__(os.path.basename(library).split(".")[0]).cross
    lifetime.ready()
    main(lifetime, crossing)
