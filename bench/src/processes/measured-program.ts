// SPDX-License-Identifier: MIT

import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpuNanos, peakResidentBytes } from "./usage.ts";

const POLL_MS = 5;

/** What a program took. */
export interface Taken {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakBytes: number;
  /** Standard output. */
  readonly output: string;
}

/**
 * Runs a program to its end. Its CPU time and memory are looked at again and again, as they are gone with
 * it: the last milliseconds are missing.
 *
 * @throws Error with the end of what it said when it fails.
 */
export async function runMeasured(command: string, args: readonly string[]): Promise<Taken> {
  const start = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let [output, errors] = ["", ""];
  child.stdout.on("data", (text) => {
    output += String(text);
  });
  child.stderr.on("data", (text) => {
    errors += String(text);
  });
  let [cpu, peak] = [0, 0];
  const timer = setInterval(() => {
    try {
      cpu = Math.max(cpu, cpuNanos(child.pid!));
      peak = Math.max(peak, peakResidentBytes(child.pid!) || 0);
    } catch {
      // It has ended.
    }
  }, POLL_MS);
  const [status] = await once(child, "close");
  clearInterval(timer);
  if (status !== 0) throw new Error(`${command}: ${errors.trim().split("\n").at(-1) ?? status}`);
  const seconds = (performance.now() - start) / 1000;
  return { seconds, cpuSeconds: cpu / 1e9, peakBytes: peak, output };
}
