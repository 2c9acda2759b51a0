// SPDX-License-Identifier: MIT

import { readFileSync } from "node:fs";
import type { CaptureOptions } from "./capture-options.ts";

/** Why the agent has to be a process of its own; `undefined` where it need not. */
export function needOfProcess(options: CaptureOptions): string | undefined {
  if (options.program !== undefined)
    return "a program that is launched has the agent as its parent";
  if (options.agent !== undefined || process.env["PYSPY_CAPTURE_BINARY"]) {
    return "the agent's executable is named";
  }
  // Node waits for its children: it would take a thread that stands for a child that has ended.
  const own = options.pids?.find((pid) => parentOf(pid) === process.pid);
  return own === undefined ? undefined : `process ${own} is a child of this process`;
}

/** The parent of a process; `undefined` where there is no such process. */
function parentOf(pid: number): number | undefined {
  try {
    // /proc/[pid]/stat, proc(5): after the parenthesised name come state and ppid.
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}
