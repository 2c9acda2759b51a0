// SPDX-License-Identifier: MIT

import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import type { Command } from "@pyspy/test/support/python-command";

/** Which CPUs what is measured runs on; "" where nothing could be pinned. */
export interface Placement {
  readonly target: string;
  /** Of the recorder, and of this process, which starts it and sleeps meanwhile. */
  readonly recorder: string;
}

/** A CPU for the target and another for the recorder, on which this process goes. */
export function takeSpareCore(): Placement {
  const nowhere = { target: "", recorder: "" };
  if (availableParallelism() < 2) return nowhere;
  return moveTo("1") ? { target: "0", recorder: "1" } : nowhere;
}

/**
 * Pins this process, and so every recorder that it starts, to a CPU. On another than the target's, what
 * slows the target is what is done to it, not that it has to share its CPU. Returns whether it worked.
 */
export function moveTo(cpu: string): boolean {
  return spawnSync("taskset", ["-a", "-p", "-c", cpu, String(process.pid)]).status === 0;
}

export function onCpu(cpu: string, { command, args }: Command): Command {
  return cpu === ""
    ? { command, args }
    : { command: "taskset", args: ["-c", cpu, command, ...args] };
}
