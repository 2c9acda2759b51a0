# SPDX-License-Identifier: MIT
"""Truth: threads "alpha" and "beta" always want to run, in spin_alpha() and spin_beta().

The main thread waits in wait_for_both(). With a GIL exactly one of alpha and beta holds it at any moment
and the other waits for it; either gets about half of the time. Without one (free-threaded builds)
both run.

Printed before "ready": {"threads": {"MainThread": "wait_for_both", "alpha": "spin_alpha", "beta": "spin_beta"}}
"""

import threading

from sample_protocol import Life, say_json


def spin_alpha(life):
    while not life.ended:
        pass


def spin_beta(life):
    while not life.ended:
        pass


def wait_for_both(life, threads):
    # With a limit: on 2.7 a join() without one cannot be interrupted by a signal.
    while not life.over():
        threads[0].join(0.25)


def main():
    life = Life()
    threads = [
        threading.Thread(target=spin_alpha, name="alpha", args=(life,)),
        threading.Thread(target=spin_beta, name="beta", args=(life,)),
    ]
    for thread in threads:
        thread.daemon = True
        thread.start()
    say_json(
        {"threads": {"MainThread": "wait_for_both", "alpha": "spin_alpha", "beta": "spin_beta"}}
    )
    life.ready()
    wait_for_both(life, threads)
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
