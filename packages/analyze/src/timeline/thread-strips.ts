// SPDX-License-Identifier: MIT
import type { Profile } from "../model/profile.ts";
import type { Selection } from "../select/selection.ts";
import { holdsGil, isIdle, waitsForGil } from "../select/states.ts";
import type { TimeRange } from "../time/time-range.ts";

/**
 * What a thread does at a moment, as one of four: it holds the GIL, idle or not; waits for it; runs, or is
 * ready to, without it; is idle.
 */
export type Activity = "gil" | "wait" | "run" | "idle";

export const ACTIVITIES: readonly Activity[] = ["gil", "wait", "run", "idle"];

/** The activity of each thread in equal steps of time. */
export interface ThreadStrips extends TimeRange {
  readonly steps: number;
  /**
   * Indexes in `profile.threads` of those that have a sample: by process, the main thread first, then by
   * the time in which they were not idle. Entry n is row n of the columns.
   */
  readonly threads: readonly number[];
  /** Nanoseconds of each activity: [row * steps + step]. They add up to the time observed. */
  readonly nanos: Readonly<Record<Activity, Float32Array>>;
}

/** Divides the runs of a selection among the steps that they reach into, of all its threads. */
export function buildThreadStrips(
  { profile, runs }: Selection,
  { fromNanos, toNanos, steps }: TimeRange & { readonly steps: number },
): ThreadStrips {
  const { samples } = profile;
  const stepNanos = (toNanos - fromNanos) / steps;
  const { threads, rowOf } = rowsOf(profile, runs);
  const column = (): Float32Array => new Float32Array(threads.length * steps);
  const nanos = { gil: column(), wait: column(), run: column(), idle: column() };
  const columns = ACTIVITIES.map((activity) => nanos[activity]);
  for (const run of runs) {
    const start = Math.max(samples.startNanos[run]!, fromNanos);
    const end = Math.min(samples.startNanos[run]! + samples.wallNanos[run]!, toNanos);
    if (!(end > start)) continue;
    const row = columns[activityIndex(samples, run)]!;
    const first = rowOf[samples.thread[run]!]! * steps;
    let step = Math.floor((start - fromNanos) / stepNanos);
    if (end <= fromNanos + (step + 1) * stepNanos) {
      row[first + step]! += end - start;
      continue;
    }
    for (let at = start; at < end && step < steps; step++) {
      const until = Math.min(end, fromNanos + (step + 1) * stepNanos);
      if (until > at) {
        row[first + step]! += until - at;
        at = until;
      }
    }
  }
  return { fromNanos, toNanos, steps, threads, nanos };
}

/** What the thread of a run did: an index in `ACTIVITIES`. */
function activityIndex(samples: Profile["samples"], run: number): number {
  if (holdsGil(samples, run)) return 0;
  if (waitsForGil(samples, run)) return 1;
  return isIdle(samples, run) ? 3 : 2;
}

function rowsOf(
  { threads, samples }: Profile,
  runs: Uint32Array,
): { readonly threads: number[]; readonly rowOf: Int32Array } {
  const seen = new Uint8Array(threads.length);
  const active = new Float64Array(threads.length);
  for (const run of runs) {
    const thread = samples.thread[run]!;
    seen[thread] = 1;
    if (!isIdle(samples, run)) active[thread]! += samples.wallNanos[run]!;
  }
  const order = threads
    .map((_, thread) => thread)
    .filter((thread) => seen[thread] === 1)
    .sort(
      (a, b) =>
        threads[a]!.process - threads[b]!.process ||
        Number(threads[b]!.main) - Number(threads[a]!.main) ||
        active[b]! - active[a]! ||
        a - b,
    );
  const rowOf = new Int32Array(threads.length);
  order.forEach((thread, row) => {
    rowOf[thread] = row;
  });
  return { threads: order, rowOf };
}
