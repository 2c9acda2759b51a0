# SPDX-License-Identifier: MIT
"""Wakes up as often as a recorder would, and does nothing. Python 3.11+.

    bare_loop.py HERTZ

What it costs is what the machine takes for a timer and two context switches: no recorder that sleeps
between its samples can cost less. Counts its wake-ups, like py-spy, when it is interrupted.
"""

import sys
import time


def main():
    period = 1 / float(sys.argv[1])
    start = time.monotonic()
    wakeups = 0
    print("ready", flush=True)
    try:
        while True:
            time.sleep(max(0, start + (wakeups + 1) * period - time.monotonic()))
            wakeups += 1
    except KeyboardInterrupt:
        print("Samples:", wakeups)


main()
