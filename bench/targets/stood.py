# SPDX-License-Identifier: MIT
"""One busy thread, forty frames deep, that says for how long it neither ran nor waited for a CPU.

    stood.py

That is the time in which somebody had stopped it: it never sleeps. At each SIGUSR1 it prints that time
since the signal before, in nanoseconds: of the clock, less its CPU time, less what the kernel says that
it waited for a CPU (/proc/PID/schedstat). Ends when its standard input does. Python 3.7+.
"""

import os
import select
import signal
import sys
import time

DEPTH = 38  # with <module> and main
before = 0


def other_nanos():
    with open("/proc/self/schedstat") as stat:
        waited = int(stat.read().split()[1])
    return time.perf_counter_ns() - time.thread_time_ns() - waited


def tell(number, frame):
    global before
    now = other_nanos()
    sys.stdout.write("%d\n" % (now - before))
    sys.stdout.flush()
    before = other_nanos()


def work(loops):
    for _ in range(loops):
        pass


def descend(depth, loops):
    return work(loops) if depth == 0 else descend(depth - 1, loops)


def main():
    signal.signal(signal.SIGUSR1, tell)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while not (select.select([0], [], [], 0)[0] and not os.read(0, 4096)):
        descend(DEPTH, 2000000)


if __name__ == "__main__":
    main()
