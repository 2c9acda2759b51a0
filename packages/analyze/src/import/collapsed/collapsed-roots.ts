// SPDX-License-Identifier: MIT
import type { NamedThread } from "../known-threads.ts";

/** What the roots of a stack say of who had it, and where its frames begin. */
export interface CollapsedRoots {
  readonly thread: NamedThread;
  readonly hasThread: boolean;
  readonly framesFrom: number;
}

/** `process 42:"python app.py"` of py-spy --subprocesses, and of our own raw output. */
const PROCESS = /^process (\d{1,9})(?::"(.*)")?$/s;
/** `thread (42): NAME`, `thread (0x7F12): NAME` of py-spy --threads. */
const THREAD = /^thread \((?:(\d{1,19})|0x([0-9A-Fa-f]{1,16}))\)(?:: (.*))?$/s;
/** `tid:42` of profiling.sampling. */
const TID = /^tid:(\d{1,19})$/;

/** Reads what stands in front of the frames. */
export function collapsedRoots(parts: readonly string[]): CollapsedRoots {
  let at = 0;
  let pid = 0;
  let command: string[] = [];
  for (;;) {
    const process = PROCESS.exec(parts[at] ?? "");
    if (process === null) break;
    // The innermost one is the one that was seen; those above it are its parents.
    pid = Number(process[1]);
    command = process[2] ? [process[2]] : [];
    at++;
  }
  const named = THREAD.exec(parts[at] ?? "");
  const tid = TID.exec(parts[at] ?? "");
  if (named !== null) {
    const [, decimal, hexadecimal, name = ""] = named;
    const ids =
      decimal === undefined
        ? { tid: 0n, pythonThreadId: BigInt(`0x${hexadecimal}`) }
        : { tid: BigInt(decimal) };
    return { thread: { pid, command, name, ...ids }, hasThread: true, framesFrom: at + 1 };
  }
  if (tid !== null) {
    const thread = { pid, command, tid: BigInt(tid[1]!) };
    return { thread, hasThread: true, framesFrom: at + 1 };
  }
  return { thread: { pid, command, tid: 0n }, hasThread: false, framesFrom: at };
}
