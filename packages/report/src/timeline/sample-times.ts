// SPDX-License-Identifier: MIT

import type { SampleTable } from "@pyspy/analyze";

/** One observation, cut out of its run. */
export interface TimedSample {
  /** Index in `profile.samples`. */
  readonly run: number;
  /** Whole ns since the profile's time zero. */
  readonly startNanos: number;
  /** Whole ns; those of a run add up to the run's. */
  readonly wallNanos: number;
  readonly cpuNanos: number;
}

/**
 * The observations of runs one by one, for formats in which a sample stands for one moment. The
 * ticks of a run are put at equal distances: a profile knows where a run begins and ends, and how
 * many there were.
 *
 * @param runs in the order of time.
 */
export function* timedSamples(
  { startNanos, wallNanos, cpuNanos, ticks }: SampleTable,
  runs: Iterable<number>,
): Generator<TimedSample> {
  let end = 0;
  for (const run of runs) {
    const start = startNanos[run]!;
    const [wall, cpu, count] = [wallNanos[run]!, cpuNanos[run]!, ticks[run]!];
    let cpuBefore = 0;
    for (let tick = 0; tick < count; tick++) {
      const from = Math.max(Math.round(start + (wall * tick) / count), end);
      end = Math.max(Math.round(start + (wall * (tick + 1)) / count), from);
      const cpuUntil = Math.round((cpu * (tick + 1)) / count);
      yield { run, startNanos: from, wallNanos: end - from, cpuNanos: cpuUntil - cpuBefore };
      cpuBefore = cpuUntil;
    }
  }
}
