# SPDX-License-Identifier: MIT
"""Truth: two runs do the same work, in bursts, and are nevertheless never alike.

    python3 bursty.py                     # the one
    python3 bursty.py route=1.3           # the other: route() has 30 % more to do

Two workers wait for bursts of requests, which come at random. Each request calls some of twenty functions, each of
which computes (a number of turns of a loop, so that a slower machine takes longer) or waits (for a
database, say), for as long as an exponential distribution says. Much is slept: several of these programs may
be recorded at a time.

At the end it prints how often it called and how long it waited:
    {"calls": {"route": .., ..}, "requests": .., "wall_seconds": ..}
"""

import random
import threading
import time

from sample_protocol import Life, perf_counter, say_json

BURSTS_PER_SECOND = 2.5
REQUESTS_PER_BURST = 3


def route(turns):
    for _ in range(turns):
        pass


def parse_headers(turns):
    for _ in range(turns):
        pass


def parse_body(turns):
    for _ in range(turns):
        pass


def check_session(turns):
    for _ in range(turns):
        pass


def validate(turns):
    for _ in range(turns):
        pass


def build_query(turns):
    for _ in range(turns):
        pass


def decode_rows(turns):
    for _ in range(turns):
        pass


def sort_rows(turns):
    for _ in range(turns):
        pass


def summarize(turns):
    for _ in range(turns):
        pass


def render_rows(turns):
    for _ in range(turns):
        pass


def render_page(turns):
    for _ in range(turns):
        pass


def escape(turns):
    for _ in range(turns):
        pass


def compress(turns):
    for _ in range(turns):
        pass


def log_request(turns):
    for _ in range(turns):
        pass


def query_users(seconds):
    time.sleep(seconds)


def query_orders(seconds):
    time.sleep(seconds)


def query_stock(seconds):
    time.sleep(seconds)


def ask_prices(seconds):
    time.sleep(seconds)


def read_cache(seconds):
    time.sleep(seconds)


def send(seconds):
    time.sleep(seconds)


# Function, mean of what a call takes (thousands of turns, some 25 microseconds each; or milliseconds
# of waiting), and in what part of the requests it is called.
COMPUTING = (
    (route, 30, 1.0),
    (parse_headers, 20, 1.0),
    (parse_body, 60, 0.4),
    (check_session, 20, 0.8),
    (validate, 15, 0.6),
    (build_query, 15, 0.8),
    (decode_rows, 100, 0.6),
    (sort_rows, 80, 0.3),
    (summarize, 120, 0.2),
    (render_rows, 90, 0.5),
    (render_page, 60, 0.5),
    (escape, 20, 0.9),
    (compress, 150, 0.2),
    (log_request, 10, 1.0),
)
WAITING = (
    (query_users, 15, 0.8),
    (query_orders, 40, 0.5),
    (query_stock, 30, 0.3),
    (ask_prices, 60, 0.2),
    (read_cache, 4, 1.0),
    (send, 10, 1.0),
)


def steps(factors):
    """What a request does: in the order of the tables, computing and waiting in turns."""
    computing = [(step, 1000 * mean, part, int) for step, mean, part in COMPUTING]
    waiting = [(step, 0.001 * mean, part, float) for step, mean, part in WAITING]
    mixed = []
    for at, each in enumerate(computing):
        mixed.append(each)
        if at % 2 == 1 and waiting:
            mixed.append(waiting.pop(0))
    return [
        (step, mean * factors.get(step.__name__, 1.0), part, unit) for step, mean, part, unit in mixed
    ]


def handle(plan, chance, calls):
    for step, mean, part, unit in plan:
        if chance.random() < part:
            step(unit(chance.expovariate(1.0 / mean)))
            calls[step.__name__] += 1


def next_burst(chance):
    time.sleep(chance.expovariate(BURSTS_PER_SECOND))


def work(life, plan, calls):
    chance = random.Random()
    while not life.ended:
        next_burst(chance)
        while chance.random() > 1.0 / (REQUESTS_PER_BURST + 1):
            handle(plan, chance, calls)
            calls["requests"] += 1


def options(arguments):
    return dict((name, float(factor)) for name, factor in (word.split("=") for word in arguments))


def main():
    life = Life()
    plan = steps(options(life.arguments))
    counts = []
    workers = []
    for _ in range(2):
        calls = dict((step.__name__, 0) for step, _, _, _ in plan)
        calls["requests"] = 0
        counts.append(calls)
        workers.append(threading.Thread(target=work, args=(life, plan, calls)))
    for worker in workers:
        worker.start()
    life.ready()
    start = perf_counter()
    while not life.over():
        time.sleep(0.05)
    for worker in workers:
        worker.join()
    total = dict((name, sum(calls[name] for calls in counts)) for name in counts[0])
    requests = total.pop("requests")
    say_json({"calls": total, "requests": requests, "wall_seconds": perf_counter() - start})


if __name__ == "__main__":
    main()
