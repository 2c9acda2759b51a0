# SPDX-License-Identifier: MIT
"""Truth: everything stands still. Two threads hold a lock each and wait for the other's; one waits for
a signal, one for a thread to end, and the main thread reads its standard input.

Lines in which a thread stands carry "# MARK: <function>"; the manifest, printed before "ready", is made
from these marks:

    {"threads": {"<name>": {"function": .., "line": .., "waits": "lock" | "signal" | null}}}

The function is the innermost one in this file. It ends when its standard input does.
"""

import os
import sys
import threading
import time

from sample_protocol import say, say_json

THREADS = {
    "left": ("transfer", "lock"),
    "right": ("transfer", "lock"),
    "listener": ("listen", "signal"),
    "joiner": ("join", "signal"),
    "MainThread": ("read_input", None),
}

first = threading.Lock()
second = threading.Lock()
held = [threading.Event(), threading.Event()]
signal = threading.Condition()


def transfer(own, other, index):
    with own:
        held[index].set()
        held[1 - index].wait()
        other.acquire()  # MARK: transfer


def listen():
    with signal:
        signal.wait()  # MARK: listen


def join(thread):
    thread.join()  # MARK: join


def read_input():
    os.read(0, 1)  # MARK: read_input


def start(name, function, *arguments):
    thread = threading.Thread(target=function, name=name, args=arguments)
    thread.daemon = True
    thread.start()
    return thread


def marked_lines():
    lines = {}
    with open(os.path.abspath(__file__)) as source:
        for number, text in enumerate(source, 1):
            mark = text.rstrip().rpartition("  # MARK: ")
            if mark[1]:
                lines[mark[2]] = number
    return lines


def stands(frame, function, line):
    while frame is not None and frame.f_code.co_filename != main.__code__.co_filename:
        frame = frame.f_back
    return frame is not None and (frame.f_code.co_name, frame.f_lineno) == (function, line)


def wait_until_all_stand(threads, lines):
    """Twice in a row, with the GIL free in between: then it is not the GIL that they wait for."""
    seen = 0
    while seen < 3:
        frames = sys._current_frames()
        every = all(
            stands(frames.get(thread.ident), THREADS[thread.name][0], lines[THREADS[thread.name][0]])
            for thread in threads
        )
        seen = seen + 1 if every else 0
        time.sleep(0.005)


def main():
    left = start("left", transfer, first, second, 0)
    threads = [left, start("right", transfer, second, first, 1)]
    threads += [start("listener", listen), start("joiner", join, left)]
    lines = marked_lines()
    wait_until_all_stand(threads, lines)
    expected = {}
    for name, (function, waits) in THREADS.items():
        expected[name] = {"function": function, "line": lines[function], "waits": waits}
    say_json({"threads": expected})
    say("ready")
    read_input()


if __name__ == "__main__":
    main()
