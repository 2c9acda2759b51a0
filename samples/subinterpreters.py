# SPDX-License-Identifier: MIT
"""Truth: three interpreters in one process, each with functions of its own. CPython 3.8 and later.

The main thread of interpreter 0 waits in wait(). Two of its threads enter a subinterpreter each, by
enter(), and run spin_1() and spin_2() there; and each subinterpreter has started a thread of its own,
"beside-1" and "beside-2", that sleeps in beside_1() and beside_2().

Printed before "ready": {"interpreters": {"1": [..], "2": [..]}}: of each subinterpreter, by its number
in the names above, its functions.
"""

import os
import sys
import threading

from sample_protocol import Life, say_json

if sys.version_info >= (3, 13):
    import _interpreters as interpreters
else:
    import _xxsubinterpreters as interpreters

SOURCE = """
import os, threading, time
def beside_{n}():
    while True: time.sleep(0.05)
def spin_{n}():
    os.write({started}, b"x")
    while True: pass
threading.Thread(target=beside_{n}, name="beside-{n}").start()
spin_{n}()
"""


# Isolated ones of these versions may not start threads.
OPTIONS = {"isolated": False} if (3, 9) <= sys.version_info < (3, 12) else {}


def enter(number, started):
    # Positional: the parameters have had other names.
    interpreter = interpreters.create(**OPTIONS)
    interpreters.run_string(interpreter, SOURCE.format(n=number, started=started))


def wait(life):
    while not life.over():
        threading.Event().wait(0.05)


def main():
    life = Life()
    reading, started = os.pipe()
    for number in (1, 2):
        threading.Thread(target=enter, name="enter-%d" % number, args=(number, started), daemon=True).start()
    for _ in (1, 2):
        os.read(reading, 1)
    say_json({"interpreters": {str(n): ["spin_%d" % n, "beside_%d" % n] for n in (1, 2)}})
    life.ready()
    wait(life)
    # An interpreter cannot be taken down while it runs code.
    os._exit(0)


if __name__ == "__main__":
    main()
