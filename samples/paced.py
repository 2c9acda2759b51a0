# SPDX-License-Identifier: MIT
"""Truth: requests at a constant rate, each of which spends as much CPU time as the command line says.

    python3 paced.py parse=4 render=6 store=2 --per-second 20

spends 80, 120 and 40 milliseconds of CPU time a second in parse(), render() and store(), whatever the
machine does besides, and sleeps for the rest. What one request costs varies by half, around that mean,
differently in every run: two recordings of it differ as those of real servers do.

At the end it prints what each really used:
    {"cpu_seconds": {"parse": .., "render": .., "store": ..}, "requests": .., "wall_seconds": ..}
"""

import random
import time

from sample_protocol import Life, perf_counter, say_json, thread_time


def parse(seconds):
    end = thread_time() + seconds
    while thread_time() < end:
        for _ in range(300):
            pass


def render(seconds):
    end = thread_time() + seconds
    while thread_time() < end:
        for _ in range(300):
            pass


def store(seconds):
    end = thread_time() + seconds
    while thread_time() < end:
        for _ in range(300):
            pass


STEPS = {"parse": parse, "render": render, "store": store}


def handle(costs, used):
    for name, seconds in costs:
        before = thread_time()
        STEPS[name](seconds * random.uniform(0.5, 1.5))
        used[name] += thread_time() - before


def options(arguments):
    per_second = 20.0
    costs = []
    words = iter(arguments)
    for word in words:
        if word == "--per-second":
            per_second = float(next(words))
        else:
            name, milliseconds = word.split("=")
            costs.append((name, float(milliseconds) / 1000))
    return costs, per_second


def main():
    life = Life()
    costs, per_second = options(life.arguments)
    used = dict((name, 0.0) for name, _ in costs)
    requests = 0
    life.ready()
    start = perf_counter()
    while not life.over():
        handle(costs, used)
        requests += 1
        wait = start + requests / per_second - perf_counter()
        if wait > 0:
            time.sleep(wait)
    say_json(
        {"cpu_seconds": used, "requests": requests, "wall_seconds": perf_counter() - start}
    )


if __name__ == "__main__":
    main()
