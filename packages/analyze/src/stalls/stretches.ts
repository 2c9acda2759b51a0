// SPDX-License-Identifier: MIT
import type { Selection } from "../select/selection.ts";

/** A time in which every tick saw the same of a thread. */
export interface Stretch {
  /** Index in `profile.threads`. */
  readonly thread: number;
  readonly startNanos: number;
  readonly endNanos: number;
  /** Its entries of the sample table, in the order of time. */
  readonly runs: readonly number[];
}

/** Ticks in a row meet exactly, but for rounding; one that is missing between them is far longer. */
const MEETS_NANOS = 1000;

/**
 * Runs of a thread that follow each other without a gap and have one key; a run that is not in the
 * selection, or has no key, is a gap.
 *
 * @param keyOf of a run: what stays the same; -1: nothing that matters.
 * @param take is told every stretch, by thread in no order, of one thread in the order of time.
 */
export function forEachStretch(
  { profile, runs }: Selection,
  keyOf: (run: number) => number,
  take: (stretch: Stretch) => void,
): void {
  const { samples, threads } = profile;
  const open = new Array<OpenStretch | undefined>(threads.length);
  for (const run of runs) {
    const thread = samples.thread[run]!;
    const key = keyOf(run);
    const startNanos = samples.startNanos[run]!;
    const endNanos = startNanos + samples.wallNanos[run]!;
    const before = open[thread];
    if (before !== undefined) {
      if (before.key === key && Math.abs(startNanos - before.endNanos) <= MEETS_NANOS) {
        before.endNanos = endNanos;
        before.runs.push(run);
        continue;
      }
      take(before);
    }
    open[thread] = key < 0 ? undefined : { thread, key, startNanos, endNanos, runs: [run] };
  }
  for (const last of open) if (last !== undefined) take(last);
}

interface OpenStretch extends Stretch {
  readonly key: number;
  endNanos: number;
  readonly runs: number[];
}

/** Of every thread, the longest time in which a rule held at all ticks. */
export function longestStretches(
  selection: Selection,
  holds: (run: number) => boolean,
): Float64Array {
  const longest = new Float64Array(selection.profile.threads.length);
  forEachStretch(
    selection,
    (run) => (holds(run) ? 0 : -1),
    ({ thread, startNanos, endNanos }) => {
      longest[thread] = Math.max(longest[thread]!, endNanos - startNanos);
    },
  );
  return longest;
}
