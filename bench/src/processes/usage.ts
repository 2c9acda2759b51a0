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
export function peakResidentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  return 1024 * Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN);
}
