# SPDX-License-Identifier: MIT
"""How every sample says that it is ready and learns that it is over. Python 2.7 and 3.

A sample reaches its steady state, calls `Life.ready()`, and works until `Life.over()` says so:
after --seconds, at SIGTERM or SIGINT, or when its standard input ends, if that is a pipe or a socket
and no --seconds is given. (Without that last rule a sample would outlive a test that was killed.)

No thread and no timer is used for this: they would be in the profile. A sample asks `over()` now
and then from its main thread, so a profile shows it too, with a small share.
"""

import json
import os
import select
import signal
import stat
import sys
import time

# Before 3.3 and 3.7: clocks that mean the same in a sample that uses them on one thread.
perf_counter = getattr(time, "perf_counter", time.time)
thread_time = getattr(time, "thread_time", getattr(time, "process_time", getattr(time, "clock", None)))


class Life(object):
    def __init__(self, argv=None):
        argv = list(sys.argv[1:] if argv is None else argv)
        self.seconds = None
        if "--seconds" in argv:
            at = argv.index("--seconds")
            self.seconds = float(argv[at + 1])
            del argv[at : at + 2]
        self.arguments = argv
        self.ended = False
        self._end = None
        self._watched = [0] if self.seconds is None and _is_pipe(0) else []
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)

    def ready(self):
        """Says that the steady state begins: from here on the sample's truth holds."""
        fifo = os.environ.get("PYSPY_READY_FIFO")
        if fifo:
            with open(fifo, "w") as stream:
                stream.write("ready\n")
        else:
            say("ready")
        if self.seconds is not None:
            self._end = perf_counter() + self.seconds

    def over(self):
        if self._end is not None and perf_counter() >= self._end:
            self.ended = True
        elif self._watched and select.select(self._watched, [], [], 0)[0]:
            # Readable: a byte or the end. Nothing is ever written to a sample, so it is the end.
            self.ended = not os.read(0, 4096)
        return self.ended

    def _on_signal(self, number, frame):
        self.ended = True


def say(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def say_json(value):
    """What a test should read stands on a line of its own, as a JSON object."""
    say(json.dumps(value, sort_keys=True))


def line_span(code):
    """First and last line of a code object: a frame that is said to be at another is misread."""
    import dis  # here, since it takes some milliseconds that other samples should not spend

    return [code.co_firstlineno, max(line for _, line in dis.findlinestarts(code) if line)]


def _is_pipe(descriptor):
    try:
        mode = os.fstat(descriptor).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
