// SPDX-License-Identifier: MIT

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readCapture } from "@pyspy/analyze";
import { agentPath } from "@pyspy/capture";
import { monotonicNanos } from "../processes/clock.ts";

/**
 * Starts our agent on a running process again and again.
 *
 * Returns, for each start, the time from just before the agent's fork to its first sample.
 */
export async function measureStartNanos(
  pid: number,
  starts: number,
  folder: string,
): Promise<number[]> {
  const output = join(folder, "start");
  const args = ["-q", "-p", String(pid), "-r", "1000", "-d", "0.01", "-o", output, "--force"];
  const times: number[] = [];
  for (let start = 0; start < starts; start++) {
    const before = monotonicNanos();
    const child = spawn(agentPath(), args, { stdio: ["ignore", "ignore", "inherit"] });
    const [status] = await once(child, "close");
    if (status !== 0) throw new Error(`pyspy-capture ended with status ${status}`);
    times.push(firstSampleNanos(output) - before);
  }
  return times;
}

/** CLOCK_MONOTONIC. */
function firstSampleNanos(output: string): number {
  const { recordings, samples } = readCapture(readFileSync(output));
  const zero = Number(recordings[0]?.header.clock?.monotonicNanos ?? Number.NaN);
  return zero + samples.startNanos.reduce((first, time) => Math.min(first, time), Infinity);
}
