# SPDX-License-Identifier: MIT
"""Threads that all want the GIL, or all wait for an event: threads.py busy|idle THREADS. Python 3.3+.

A busy one is forty frames deep and never waits for anything but the GIL; the idle ones wait some frames
deep in threading. The main thread waits for its input, and ends all with it.
"""

import os
import sys
import threading

FRAMES = 40  # with those of threading


def busy(levels):
    if levels:
        busy(levels - 1)
    while True:
        pass


kind, threads = sys.argv[1], int(sys.argv[2])
for _ in range(threads):
    target, args = (busy, (FRAMES - 4,)) if kind == "busy" else (threading.Event().wait, ())
    threading.Thread(target=target, args=args, daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
os._exit(0)
