"""A tree that changes all the time: churning_tree.py SECONDS END.

Each twentieth of a second it forks a child, in turn one that works, one that starts threads, one that forks again, one
that becomes another program and one that crashes. After so many seconds it prints what there was, and ends by the
signal END; 0: with status 0.
"""

import json
import os
import signal
import sys
import threading
import time

INTERVAL = 0.05
OTHER_PROGRAM = "end = __import__('time').monotonic() + 0.1\nwhile __import__('time').monotonic() < end: pass"

seconds, end_signal = float(sys.argv[1]), int(sys.argv[2])


def busy(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(200))


def works():
    busy(0.02)
    time.sleep(0.05)


def starts_threads():
    threads = [threading.Thread(target=works) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def forks_again():
    child = os.fork()
    if child == 0:
        works()
        os._exit(3)
    busy(0.02)
    os.waitpid(child, 0)


def becomes_another():
    os.execv(sys.executable, [sys.executable, "-S", "-E", "-c", OTHER_PROGRAM])


def crashes():
    works()
    signal.signal(signal.SIGABRT, signal.SIG_DFL)
    os.abort()


KINDS = [works, starts_threads, forks_again, becomes_another, crashes]

print("ready", flush=True)
sys.stdin.readline()
start = time.monotonic()
cpu_before = sum(os.times()[:4])
children = []
while time.monotonic() < start + seconds:
    kind = KINDS[len(children) % len(KINDS)]
    child = os.fork()
    if child == 0:
        kind()
        os._exit(0)
    children.append(child)
    time.sleep(INTERVAL)
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                break
        except ChildProcessError:
            break
while True:
    try:
        os.wait()
    except ChildProcessError:
        break
cpu = sum(os.times()[:4]) - cpu_before
print(json.dumps({"seconds": time.monotonic() - start, "cpuSeconds": cpu, "children": children}), flush=True)
if end_signal:
    os.kill(os.getpid(), end_signal)
