// SPDX-License-Identifier: MIT

import { readdirSync, readFileSync } from "node:fs";

/** CPU time of a process's threads so far, as the scheduler counts it. */
export function cpuNanos(pid: number): number {
  let sum = 0;
  for (const tid of readdirSync(`/proc/${pid}/task`)) {
    try {
      // "<ns on a CPU> <ns waiting for one> <time slices>", Documentation/scheduler/sched-stats.rst
      sum += Number(readFileSync(`/proc/${pid}/task/${tid}/schedstat`, "latin1").split(" ")[0]);
    } catch {
      // It ended between the two system calls.
    }
  }
  return sum;
}

/** The most resident memory a process has had so far. */
export const peakResidentBytes = (pid: number): number => memoryBytes(pid, "VmHWM");

/** The resident memory that a process has now. */
export const residentBytes = (pid: number): number => memoryBytes(pid, "VmRSS");

function memoryBytes(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  const kilobytes = new RegExp(`^${field}:\\s*(\\d+) kB$`, "m").exec(status)?.[1];
  return 1024 * Number(kilobytes ?? Number.NaN);
}
