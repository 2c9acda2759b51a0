// SPDX-License-Identifier: MIT
import type { TickTable } from "../model/profile.ts";
import type { SampleColumns } from "../model/sample-columns.ts";
import { firstTickFrom } from "../model/tick-columns.ts";

const RUNNABLE = "R".charCodeAt(0);

/**
 * Gives the CPU time of blocked runs to those that used it. The agent tells, at each tick, what CPU time a
 * thread has used since the tick before. What a thread that is seen blocked has used since it was seen
 * running, it used before it blocked: that goes to the run in which it was running, at most the time
 * between the two ticks. Without it a program that computes and sleeps in turns, faster than ticks come,
 * would use most of its CPU time in sleep().
 *
 * For the runs of one recording, a part after the other.
 */
export class BlockedCpu {
  /** Of each thread its last run, and the tick after it: nearly always that of its next one. */
  readonly #runBefore: number[] = [];
  readonly #tickAfter: number[] = [];

  /**
   * Goes on with the runs from `firstRun` to the last one.
   *
   * @param ticks those of the recording so far.
   */
  credit(samples: SampleColumns, firstRun: number, ticks: TickTable): void {
    const { thread, osState, startNanos, cpuNanos, length } = samples;
    for (let run = firstRun; run < length; run++) {
      const owner = thread[run]!;
      const before = this.#runBefore[owner];
      const expected = this.#tickAfter[owner] ?? 0;
      const start = startNanos[run]!;
      const follows = before !== undefined && ticks.nanos[expected] === start;
      const tick = follows ? expected : firstTickFrom(ticks, start);
      this.#runBefore[owner] = run;
      this.#tickAfter[owner] = tick + samples.ticks[run]!;
      const cpu = cpuNanos[run]!;
      if (cpu === 0 || !follows || osState[before] !== RUNNABLE) continue;
      if (osState[run] === RUNNABLE || osState[run] === 0) continue;
      const credit = Math.min(cpu, start - ticks.nanos[tick - 1]!);
      cpuNanos[run] = cpu - credit;
      cpuNanos[before]! += credit;
    }
  }
}
