"""Forks children as fast as they end: fork_storm.py COUNT AT_ONCE LIFE_SECONDS.

Waits for a line of input, and prints for how many seconds it forked, and the ids of the children.
"""

import json
import os
import sys
import time

count, at_once, life = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
start = time.monotonic()
children = []
living = 0
for _ in range(count):
    child = os.fork()
    if child == 0:
        if life > 0:
            time.sleep(life)
        os._exit(0)
    children.append(child)
    living += 1
    if living == at_once:
        os.wait()
        living -= 1
for _ in range(living):
    os.wait()
print(json.dumps({"seconds": time.monotonic() - start, "children": children}), flush=True)
