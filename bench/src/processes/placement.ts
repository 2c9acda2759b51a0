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

/**
 * Pins this process, and so every recorder that it starts, to the second CPU; the first is for the
 * target. What slows the target then is what is done to it, not that it had to share its CPU.
 */
export function takeSpareCore(): Placement {
  const nowhere = { target: "", recorder: "" };
  if (availableParallelism() < 2) return nowhere;
  const { status } = spawnSync("taskset", ["-a", "-p", "-c", "1", String(process.pid)]);
  return status === 0 ? { target: "0", recorder: "1" } : nowhere;
}

export function onCpu(cpu: string, { command, args }: Command): Command {
  return cpu === ""
    ? { command, args }
    : { command: "taskset", args: ["-c", cpu, command, ...args] };
}
