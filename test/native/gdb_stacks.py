# SPDX-License-Identifier: MIT
"""Runs in gdb: stops a process again and again, and holds our stack of its main thread against gdb's.

    gdb -batch -ex "python PID = 1; STOPS = 300; PROBE = '...'; SYSROOT = ''" -x gdb_stacks.py

Prints a line of JSON: {"stops": .., "equal": .., "lost": .., "frames": .., "whole": .., "differences": [..]}.
"lost": stops at which gdb itself has frames where no code is, and ours are marked as not whole. That is so while
libgcc throws an exception and overwrites the registers that it has saved.
"""

import json
import os
import subprocess

import gdb

# By DWARF number (System V ABI, AMD64 supplement, figure 3.36).
REGISTERS = (
    "rax rdx rcx rbx rsi rdi rbp rsp r8 r9 r10 r11 r12 r13 r14 r15 rip".split()
)

# Sends a signal that gdb keeps to itself, some moment after it is told to.
INTERRUPTER = """
import os, random, signal, sys, time
for line in sys.stdin:
    time.sleep(random.uniform(0.0002, 0.004))
    os.kill(%d, signal.SIGUSR2)
"""


def debugger_stack():
    """Instructions of all frames, innermost first. Calls that were inlined are no frames of their own, nor
    are those that gdb infers because a function has jumped to another instead of calling it."""
    instructions = []
    frame = gdb.newest_frame()
    while frame is not None:
        if frame.type() not in (gdb.INLINE_FRAME, gdb.TAILCALL_FRAME):
            instructions.append(frame.pc())
        frame = frame.older()
    return instructions


def registers():
    frame = gdb.newest_frame()
    while frame.type() == gdb.INLINE_FRAME:
        frame = frame.older()
    mask = (1 << 64) - 1
    return " ".join("%x" % (int(frame.read_register(name)) & mask) for name in REGISTERS)


def where(instruction):
    name = gdb.execute("info symbol 0x%x" % instruction, to_string=True).strip()
    return name.split(" in section")[0][:60]


def has_code(instruction):
    """Whether a process may execute what stands there."""
    with open("/proc/%d/maps" % PID) as maps:
        for line in maps:
            span, permissions = line.split()[:2]
            start, end = (int(word, 16) for word in span.split("-"))
            if start <= instruction < end:
                return "x" in permissions
    return False


def main():
    for command in (
        "set pagination off",
        "set confirm off",
        "set backtrace past-main on",
        "set backtrace past-entry on",
        "set backtrace limit unlimited",
        "handle SIGUSR2 stop print nopass",
        "handle SIGALRM nostop noprint pass",
    ):
        gdb.execute(command, to_string=True)
    if SYSROOT:
        gdb.execute("set sysroot " + SYSROOT)
        gdb.execute("file " + os.readlink("/proc/%d/exe" % PID), to_string=True)
    gdb.execute("attach %d" % PID, to_string=True)
    probe = subprocess.Popen(
        [PROBE, str(PID)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, universal_newlines=True
    )
    interrupter = subprocess.Popen(
        ["python3", "-c", INTERRUPTER % PID],
        stdin=subprocess.PIPE,
        universal_newlines=True,
    )
    result = {"stops": 0, "equal": 0, "lost": 0, "frames": 0, "whole": 0, "differences": []}
    for _ in range(STOPS):
        interrupter.stdin.write("\n")
        interrupter.stdin.flush()
        gdb.execute("continue", to_string=True)
        probe.stdin.write(registers() + "\n")
        probe.stdin.flush()
        whole, *ours = probe.stdout.readline().split()
        ours = [int(word, 16) for word in ours]
        theirs = debugger_stack()
        result["stops"] += 1
        result["whole"] += whole == "1"
        result["frames"] += len(theirs)
        if ours == theirs:
            result["equal"] += 1
            continue
        if whole == "0" and not all(has_code(one) for one in theirs):
            result["lost"] += 1
            continue
        at = next((i for i, pair in enumerate(zip(ours, theirs)) if pair[0] != pair[1]), -1)
        common = min(len(ours), len(theirs)) if at < 0 else at
        result["differences"].append(
            {
                "ours": len(ours),
                "theirs": len(theirs),
                "whole": whole == "1",
                "common": common,
                "in": [where(one) for one in theirs[max(0, common - 2) : common + 1]],
            }
        )
    interrupter.stdin.close()
    probe.stdin.close()
    gdb.execute("detach", to_string=True)
    print("RESULT " + json.dumps(result))


main()
