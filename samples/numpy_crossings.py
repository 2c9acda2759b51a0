# SPDX-License-Identifier: MIT
"""Truth: one thread that goes from Python through numpy and back in some ways. Needs numpy."""

import numpy

from sample_protocol import Life

NUMBERS = numpy.arange(12.0)
OBJECTS = numpy.array([3, 1, 2], dtype=object)


def spin(value):
    total = 0
    for number in range(10):
        total += number * value
    return total


BY_LOOP = numpy.frompyfunc(spin, 1, 1)


class Number(object):
    def __add__(self, other):
        spin(1)
        return self


def cross(depth):
    if depth > 0:
        return numpy.apply_along_axis(lambda row: cross(depth - 1) or row[0], 0, NUMBERS[:2])[()]
    BY_LOOP(OBJECTS)
    numpy.array([Number(), Number()], dtype=object).sum()
    numpy.sort(NUMBERS[::-1])
    numpy.fromiter((spin(number) for number in range(3)), dtype=float)
    return None


def main(life):
    while not life.over():
        cross(2)


if __name__ == "__main__":
    lifetime = Life()
    lifetime.ready()
    main(lifetime)
