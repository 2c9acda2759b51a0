# SPDX-License-Identifier: MIT
"""One thread, forty frames deep, that writes down how long equal pieces of work took. Python 3.7+.

    deep.py [LOOPS]

Every call goes down the whole chain, works at its end for some 20 microseconds (1000 loops) and comes
back. Without loops it is never at rest, and stands nowhere when it is looked at. A block
is the same number of calls each time, about 20 ms of them. Its start and end, CLOCK_MONOTONIC, and the
CPU time it took, all in nanoseconds, go to file descriptor 3, a line a block. Ends when its standard
input does.
"""

import os
import select
import sys
import time

FRAMES = 40  # with <module>, main and block
LEAF_LOOPS = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
BLOCK_NANOS = 20000000


def make_chain(levels):
    source = [
        "def leaf():\n    for _ in range(%d):\n        pass" % LEAF_LOOPS,
    ]
    callee = "leaf"
    for level in reversed(range(levels - 1)):
        caller = "level_%02d" % level
        source.append("def %s():\n    return %s()" % (caller, callee))
        callee = caller
    names = {}
    exec(compile("\n".join(source), "<deep>", "exec"), names)
    return names[callee]


def block(call, calls):
    start = time.monotonic_ns()
    cpu = time.thread_time_ns()
    for _ in range(calls):
        call()
    return start, time.monotonic_ns(), time.thread_time_ns() - cpu


def main():
    call = make_chain(FRAMES - 3)
    # The shortest of many: other programs only ever make it longer.
    calls = 50
    shortest = min(end - start for start, end, _ in (block(call, calls) for _ in range(200)))
    calls = max(1, round(calls * BLOCK_NANOS / shortest))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while not select.select([0], [], [], 0)[0]:
        os.write(3, b"%d %d %d\n" % block(call, calls))


main()
