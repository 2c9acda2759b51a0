// SPDX-License-Identifier: MIT
import type { TickTable } from "../model/profile.ts";
import type { SampleColumns } from "../model/sample-columns.ts";
import { firstTickFrom } from "../model/tick-columns.ts";

const RUNNABLE = "R".charCodeAt(0);
const NO_RUN = -1;

/**
 * Gives the CPU time of blocked runs to those that used it. The agent tells, at each tick, what CPU time a
 * thread has used since the tick before. What a thread that is seen blocked has used since it was seen
 * running, it used before it blocked: that goes to the run in which it was running, at most the time
 * between the two ticks. Without it a program that computes and sleeps in turns, faster than ticks come,
 * would use most of its CPU time in sleep().
 *
 * @param firstRun of the recording, whose runs are the last in `samples`.
 * @param threadCount the threads that `samples` refers to.
 */
export function creditBlockedCpu(
  samples: SampleColumns,
  firstRun: number,
  ticks: TickTable,
  threadCount: number,
): void {
  const { thread, osState, startNanos, cpuNanos, length } = samples;
  const runBefore = new Int32Array(threadCount).fill(NO_RUN);
  for (let run = firstRun; run < length; run++) {
    const before = runBefore[thread[run]!]!;
    runBefore[thread[run]!] = run;
    const cpu = cpuNanos[run]!;
    if (cpu === 0 || before === NO_RUN || osState[before] !== RUNNABLE) continue;
    if (osState[run] === RUNNABLE || osState[run] === 0) continue;
    const tick = firstTickFrom(ticks, startNanos[run]!);
    const follows = firstTickFrom(ticks, startNanos[before]!) + samples.ticks[before]! === tick;
    if (!follows) continue;
    const credit = Math.min(cpu, startNanos[run]! - ticks.nanos[tick - 1]!);
    cpuNanos[run] = cpu - credit;
    cpuNanos[before]! += credit;
  }
}
