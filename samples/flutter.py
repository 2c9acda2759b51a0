# SPDX-License-Identifier: MIT
"""Truth: every stack below main() is a beginning of one of two chains (but for Life.over()).

    main > a0 > a1 > ... > a36        main > b0 > b1 > ... > b36

The chains are called in turn as fast as possible, so the stack changes completely every few
microseconds: the hardest target for a sampler that reads without stopping it. A recorded stack that
mixes a and b, or leaves a number out, never existed: it was torn.

Printed before "ready": {"chains": ["a", "b"], "depth": 37}
"""

from sample_protocol import Life, say_json

DEPTH = 37


def make_chains():
    # 74 functions of their own, as text: a loop making closures would give all one code object.
    source = []
    for family in "ab":
        for number in range(DEPTH - 1):
            body = "return %s%d()" % (family, number + 1)
            source.append("def %s%d():\n    %s\n" % (family, number, body))
        source.append("def %s%d():\n    return 0\n" % (family, DEPTH - 1))
    names = {}
    exec(compile("\n".join(source), "<flutter>", "exec"), names)
    return names["a0"], names["b0"]


def main():
    life = Life()
    a0, b0 = make_chains()
    say_json({"chains": ["a", "b"], "depth": DEPTH})
    life.ready()
    while not life.over():
        for _ in range(5000):
            a0()
            b0()


if __name__ == "__main__":
    main()
