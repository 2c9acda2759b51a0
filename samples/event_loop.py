# SPDX-License-Identifier: MIT
"""Truth: an asyncio loop that is blocked for 0.3 s once in a second, by load_report().

handle_requests() does a little work, in parse(), and awaits, all the time; once in a second it calls
load_report(), which sleeps for 0.3 s without awaiting. A thread, "heartbeat", is idle in beat().
Python 3.7 and later.

Printed at the end: {"reports": how many times load_report() was called}
"""

import asyncio
import threading
import time

from sample_protocol import Life, say_json

BLOCKED_SECONDS = 0.3
PERIOD_SECONDS = 1.0


def load_report():
    time.sleep(BLOCKED_SECONDS)


def parse():
    return sum(ord(letter) for letter in "GET / HTTP/1.1\r\n" * 50)


async def handle_requests(life):
    reports = 0
    due = time.monotonic() + PERIOD_SECONDS / 2
    while not life.over():
        parse()
        if time.monotonic() >= due:
            load_report()
            reports += 1
            due += PERIOD_SECONDS
        await asyncio.sleep(0.002)
    return reports


def beat(life):
    while not life.over():
        time.sleep(0.25)


def main():
    life = Life()
    heartbeat = threading.Thread(target=beat, name="heartbeat", args=(life,))
    heartbeat.daemon = True
    heartbeat.start()
    life.ready()
    say_json({"reports": asyncio.run(handle_requests(life))})


if __name__ == "__main__":
    main()
