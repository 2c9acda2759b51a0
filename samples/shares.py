# SPDX-License-Identifier: MIT
"""Truth: fifty(), thirty() and twenty() use 50, 30 and 20 % of the CPU time, over any second.

The next slice goes to the function that is furthest behind its share, measured by the thread's own
CPU clock; so the shares hold within one slice of at most 4 ms, however busy the machine is. Slices
differ in length, so that no sampling rate can lock into their rhythm.

At the end it prints what each really used:
    {"cpu_seconds": {"fifty": .., "thirty": .., "twenty": ..}, "shares": {..}, "wall_seconds": ..}
main() itself, which measures, uses well below 1 %.
"""

from sample_protocol import Life, perf_counter, say_json, thread_time


def fifty(count):
    for _ in range(count):
        pass


def thirty(count):
    for _ in range(count):
        pass


def twenty(count):
    for _ in range(count):
        pass


WANTED = {fifty: 0.5, thirty: 0.3, twenty: 0.2}


def loops_per_second():
    best = 0.0
    for _ in range(20):
        before = thread_time()
        fifty(20000)
        best = max(best, 20000 / max(thread_time() - before, 1e-6))
    return best


def main():
    life = Life()
    rate = loops_per_second()
    used = dict.fromkeys(WANTED, 0.0)
    slices = 0
    start = perf_counter()
    life.ready()
    while slices % 16 or not life.over():
        total = sum(used.values())
        work = max(WANTED, key=lambda function: WANTED[function] * total - used[function])
        # 1 to 4 ms, in the steps of the golden ratio: evenly spread and never periodic.
        length = 0.001 + 0.003 * (slices * 0.6180339887 % 1)
        before = thread_time()
        work(int(rate * length))
        used[work] += thread_time() - before
        slices += 1
    total = sum(used.values())
    say_json(
        {
            "cpu_seconds": dict((f.__name__, t) for f, t in used.items()),
            "shares": dict((f.__name__, t / total) for f, t in used.items()),
            "wall_seconds": perf_counter() - start,
        }
    )


if __name__ == "__main__":
    main()
