"""A tree of processes that do nothing: idle_tree.py PROCESSES THREADS. Ends with its input."""

import os
import sys
import threading

processes, threads = int(sys.argv[1]), int(sys.argv[2])
ends = os.pipe()  # closed by the parent's end, which the children wait for
children = []
for _ in range(processes - 1):
    child = os.fork()
    if child == 0:
        os.close(ends[1])
        for _ in range(threads - 1):
            threading.Thread(target=threading.Event().wait, daemon=True).start()
        os.read(ends[0], 1)
        os._exit(0)
    children.append(child)
for _ in range(threads - 1):
    threading.Thread(target=threading.Event().wait, daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
os.close(ends[1])
for child in children:
    os.waitpid(child, 0)
os._exit(0)
