# SPDX-License-Identifier: MIT
"""Truth: a parent that waits, and three worker processes of which one works alone.

The parent is idle in supervise(). "even-1" and "even-2" work in crunch() for 20 ms of every 100 ms and sleep in
rest() otherwise; "busy-3" works in crunch() all the time. Python 3.4 and later.
"""

import multiprocessing
import os
import signal
import time

from sample_protocol import Life


def crunch(until):
    total = 0
    while time.monotonic() < until:
        total += sum(range(100))
    return total


def rest(seconds):
    time.sleep(seconds)


def work(parent, busy_share):
    # The parent's own answer to it is inherited, and is no end.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Ends with its parent, however that ends.
    while os.getppid() == parent:
        start = time.monotonic()
        crunch(start + 0.1 * busy_share)
        if busy_share < 1:
            rest(0.1 * (1 - busy_share))


def supervise(life):
    while not life.over():
        time.sleep(0.05)


def main():
    life = Life()
    context = multiprocessing.get_context("fork")
    workers = [
        context.Process(target=work, name=name, args=(os.getpid(), share), daemon=True)
        for name, share in [("even-1", 0.2), ("even-2", 0.2), ("busy-3", 1)]
    ]
    for worker in workers:
        worker.start()
    life.ready()
    supervise(life)
    for worker in workers:
        worker.terminate()
        worker.join()


if __name__ == "__main__":
    main()
