// SPDX-License-Identifier: MIT
import type { NamedThread } from "../known-threads.ts";

/** `Thread 42 "name"`, `Process 41 Thread 0x7F12 "name"`: py-spy's names, and ours. */
const NAME = /^(?:Process (\d{1,9}) )?Thread (?:(\d{1,19})|0x([0-9A-Fa-f]{1,16}))(?: "(.*)")?$/s;

/** The thread that a profile is of; profiles with other names are threads of those names. */
export function profileOwner(name: string, index: number): NamedThread {
  const found = NAME.exec(name);
  // Something must tell them apart: no two profiles are one thread.
  if (found === null) return { pid: 0, tid: 0n, pythonThreadId: BigInt(index + 1), name };
  const [, pid = "0", decimal, hexadecimal, threadName = ""] = found;
  const ids =
    decimal === undefined
      ? { tid: 0n, pythonThreadId: BigInt(`0x${hexadecimal}`) }
      : { tid: BigInt(decimal) };
  return { pid: Number(pid), name: threadName, ...ids };
}
