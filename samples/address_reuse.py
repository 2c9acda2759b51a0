# SPDX-License-Identifier: MIT
"""Truth: function f_N stands in the file "<text N>", is called by that file's <module>, and no other.

Texts 0, 1, 2 .. are compiled, run and freed in turn. They are of the same size and make objects in the
same order, so that code objects, their names, files and line tables come to lie where those of the
text before did: often all of them at the same addresses. A stack with the f_N of one text and the file
of another, with two texts, or with a line that text N does not have in that function, was named wrong.

    main > run > <module> of "<text N>" > f_N

Printed before "ready":
    {"function": "f_{}", "file": "<text {}>", "moduleLines": [1, 6], "functionLines": [1, 4]}
The numbers go from 1000 to 1999 and start over: names are of one length.
"""

from sample_protocol import Life, say_json

TEXTS = 1000
# Spins for some 20 to 600 us: shorter and longer than it takes to compile it.
TEXT = """def f_{0}(turns):
    for _ in range(turns):
        pass
    return turns

f_{0}({1})
"""


def run(number):
    code = compile(TEXT.format(number, 1000 + number % 7 * 5000), "<text %d>" % number, "exec")
    exec(code, {})


def main():
    life = Life()
    say_json(
        {
            "function": "f_{}",
            "file": "<text {}>",
            "moduleLines": [1, 6],
            "functionLines": [1, 4],
        }
    )
    life.ready()
    while not life.over():
        for number in range(TEXTS, 2 * TEXTS):
            run(number)
            if number % 50 == 0 and life.over():
                break


if __name__ == "__main__":
    main()
