# SPDX-License-Identifier: MIT
"""Truth: each thread is in one known state all the time, but for moments between two rounds.

Blocked: "sleep" in time.sleep, "pipe" in the read of an empty pipe, "lock" in the acquire of a lock
that is taken, "select" on a silent pipe, "wait" in Event.wait, "MainThread" in a join. They never hold
the GIL.

Without the GIL: "native" computes in C (hashlib.pbkdf2_hmac, or zlib.compress), which lets go of the GIL meanwhile.

With the GIL: "spin", "handle", "raise" and "collect" always want to run Python code, so that one of
them has the GIL and the others wait for it (all of them run where there is no GIL). "handle" is in an
except block all the time; "raise" raises and catches in a loop; "collect" calls gc.collect() in a loop.
"spin" handles and raises nothing.

Printed before "ready":
    {"threads": {"sleep": {"state": "blocked", "function": "sleep_long"}, ..}}
"state" is "blocked", "native" or "python"; "exception" is "handled" or "raised" where it is one.
"""

import gc
import hashlib
import os
import select
import threading
import time
import zlib

from sample_protocol import Life, say_json


def has_openssl():
    # Old versions do not build with that of today.
    try:
        import _hashlib
    except ImportError:
        return False
    return hasattr(_hashlib, "pbkdf2_hmac")


# Not in the module's own code: on 2.7 an exception counts as handled until its function returns.
HAS_OPENSSL = has_openssl()
NOISE = b"" if HAS_OPENSSL else os.urandom(1 << 24)


def sleep_long():
    time.sleep(3600)


def read_pipe(descriptor):
    os.read(descriptor, 1)


def wait_for_lock(lock):
    lock.acquire()


def select_pipe(descriptor):
    select.select([descriptor], [], [])


def wait_for_event(event):
    event.wait()


def compute(life):
    while not life.ended:
        # Half a second or more, so that it hardly ever needs the GIL.
        if HAS_OPENSSL:
            hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 4000000)
        else:
            zlib.compress(NOISE, 9)


def spin(life):
    while not life.ended:
        pass


def handle(life):
    try:
        raise ValueError("handled for long")
    except ValueError:
        while not life.ended:
            pass


def raise_and_catch(life):
    while not life.ended:
        try:
            fail(20)
        except ValueError:
            pass


def fail(depth):
    # The exception is on its way out through these frames.
    if depth:
        fail(depth - 1)
    raise ValueError("raised")


def collect(life):
    garbage = [[[]] for _ in range(20000)]
    while not life.ended:
        gc.collect()
    del garbage


def join_all(life, threads):
    # With a limit: on 2.7 a join() without one cannot be interrupted by a signal.
    while not life.over():
        threads[-1].join(0.5)


THREADS = [
    ("sleep", "blocked", sleep_long),
    ("pipe", "blocked", read_pipe),
    ("lock", "blocked", wait_for_lock),
    ("select", "blocked", select_pipe),
    ("wait", "blocked", wait_for_event),
    ("native", "native", compute),
    ("spin", "python", spin),
    ("handle", "python", handle),
    ("raise", "python", raise_and_catch),
    ("collect", "python", collect),
]
EXCEPTIONS = {"handle": "handled", "raise": "raised"}


def describe(name, state, function):
    truth = {"state": state, "function": function.__name__}
    if name in EXCEPTIONS:
        truth["exception"] = EXCEPTIONS[name]
    return truth


def main():
    life = Life()
    lock = threading.Lock()
    lock.acquire()
    pipes = [os.pipe(), os.pipe()]
    arguments = {
        sleep_long: (),
        read_pipe: (pipes[0][0],),
        wait_for_lock: (lock,),
        select_pipe: (pipes[1][0],),
        wait_for_event: (threading.Event(),),
    }
    threads = []
    for name, _, function in THREADS:
        thread = threading.Thread(
            target=function, name=name, args=arguments.get(function, (life,))
        )
        thread.daemon = True
        threads.append(thread)
        thread.start()
        if name == "wait":
            time.sleep(0.2)  # all of these have arrived, and nothing has competed with them
    truth = dict((name, describe(name, state, function)) for name, state, function in THREADS)
    truth["MainThread"] = describe("MainThread", "blocked", join_all)
    say_json({"threads": truth})
    life.ready()
    join_all(life, threads)
    # Not closed until now: the threads would see it.
    for ends in pipes:
        for end in ends:
            os.close(end)


if __name__ == "__main__":
    main()
