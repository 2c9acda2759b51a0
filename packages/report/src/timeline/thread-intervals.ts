// SPDX-License-Identifier: MIT

import type { SampleTable, Selection } from "@pyspy/analyze";

/** A stretch of time in which a thread was in one condition. */
export interface Interval<T> {
  /** Whole ns since the profile's time zero. */
  readonly startNanos: number;
  readonly endNanos: number;
  readonly value: T;
}

/**
 * What threads were at, whether their stacks are selected or not: a filter that leaves out idle
 * threads must not hide that they wait. From the first selected run to the end of the last one.
 *
 * @param threads indexes in `profile.threads`.
 * @param conditionOf what to tell apart; `undefined`: nothing to tell.
 * @returns the intervals of each thread, in the order of time, next to each other or apart.
 */
export function threadIntervals<T>(
  { profile: { samples }, runs }: Selection,
  threads: readonly number[],
  conditionOf: (samples: SampleTable, run: number) => T | undefined,
): Map<number, Interval<T>[]> {
  const [first, last] = extent(samples, runs);
  const runsOf = new Map<number, number[]>(threads.map((thread) => [thread, []]));
  for (let run = 0; run < samples.length; run++) runsOf.get(samples.thread[run]!)?.push(run);
  const intervals = new Map<number, Interval<T>[]>();
  for (const [thread, list] of runsOf) {
    list.sort((a, b) => samples.startNanos[a]! - samples.startNanos[b]!);
    const merged: { startNanos: number; endNanos: number; value: T }[] = [];
    for (const run of list) {
      const value = conditionOf(samples, run);
      const start = samples.startNanos[run]!;
      const startNanos = Math.round(Math.max(start, first, merged.at(-1)?.endNanos ?? 0));
      const endNanos = Math.round(Math.min(start + samples.wallNanos[run]!, last));
      if (value === undefined || endNanos <= startNanos) continue;
      const before = merged.at(-1);
      if (before?.endNanos === startNanos && before.value === value) before.endNanos = endNanos;
      else merged.push({ startNanos, endNanos, value });
    }
    intervals.set(thread, merged);
  }
  return intervals;
}

function extent(samples: SampleTable, runs: Uint32Array): [number, number] {
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const run of runs) {
    first = Math.min(first, samples.startNanos[run]!);
    last = Math.max(last, samples.startNanos[run]! + samples.wallNanos[run]!);
  }
  return [first, last];
}
