# SPDX-License-Identifier: MIT
"""Truth: functions that take some 50 ns have the shares that --blocking sees, in every mode.

main() calls plain() and middle(), which calls inner(), and computes in between. All of them are shorter
than it takes to read a stack: who believes only what stands still for that long finds nearly all the
time in main().
"""

from sample_protocol import Life


def plain(x):
    y = x * 2
    x ^= y
    y |= 5
    x += 1
    return x + y


def inner(x):
    y = x * 2
    x ^= y
    y |= 5
    x += 1
    return x + y


def middle(x):
    y = x * 2
    x ^= y
    y = inner(y)
    y |= 5
    x += 1
    return x + y


def main():
    life = Life()
    life.ready()
    while not life.over():
        x = 0
        for i in range(2000):
            x += i
            x *= 3
            x &= 0xFFFF
            x ^= 5
            plain(x)
            x += i
            x *= 3
            x &= 0xFFFF
            middle(x)
            x += i
            x ^= 5
            x &= 0xFFF
            x += i
            x &= 0xFFF
            x ^= 5


if __name__ == "__main__":
    main()
