# SPDX-License-Identifier: MIT
"""Truth: the main thread is busy in spin(); four other threads are idle all the time.

Each idles in another way: "sleeper" in time.sleep, "waiter" on a lock, "reader" in the read of an empty pipe,
"receiver" in the recv of a silent socket. A view without idle threads shows spin() alone; a view
with them shows all five.

Printed before "ready": {"busy": {"MainThread": "spin"}, "idle": {"sleeper": "sleep_long", ..}}
"""

import os
import socket
import threading
import time

from sample_protocol import Life, perf_counter, say_json


def sleep_long():
    time.sleep(3600)


def wait_for_lock(lock):
    lock.acquire()


def read_pipe(descriptor):
    os.read(descriptor, 1)


def receive(connection):
    connection.recv(1)


def spin(deadline):
    while perf_counter() < deadline:
        pass


def start(name, target, *arguments):
    # Daemons: they never end by themselves.
    thread = threading.Thread(target=target, name=name, args=arguments)
    thread.daemon = True
    thread.start()


def main():
    life = Life()
    lock = threading.Lock()
    lock.acquire()
    pipe, pipe_writer = os.pipe()
    here, there = socket.socketpair()

    start("sleeper", sleep_long)
    start("waiter", wait_for_lock, lock)
    start("reader", read_pipe, pipe)
    start("receiver", receive, here)
    spin(perf_counter() + 0.1)  # all of them have arrived
    say_json(
        {
            "busy": {"MainThread": "spin"},
            "idle": {
                "sleeper": "sleep_long",
                "waiter": "wait_for_lock",
                "reader": "read_pipe",
                "receiver": "receive",
            },
        }
    )
    life.ready()
    while not life.over():
        spin(perf_counter() + 0.05)
    # Not closed until now: the threads would see it.
    os.close(pipe_writer)
    there.close()


if __name__ == "__main__":
    main()
