// SPDX-License-Identifier: MIT

import type { Recording } from "@pyspy/analyze";

/** Time without the stretches in which nothing was recording. */
export interface RecordedClock {
  /** Recorded time in all, ns. */
  readonly length: number;
  /** Recorded time that had passed at a time of the profile. */
  at(nanos: number): number;
}

/**
 * A clock that stands still between recordings: a merge of this morning's and tonight's has no
 * twelve empty hours in it, and still all threads share one axis.
 */
export function recordedClock(
  recordings: readonly Pick<Recording, "startNanos" | "endNanos">[],
): RecordedClock {
  const stretches: { start: number; end: number; before: number }[] = [];
  let length = 0;
  for (const { startNanos, endNanos } of [...recordings].sort(
    (a, b) => a.startNanos - b.startNanos,
  )) {
    const last = stretches.at(-1);
    if (last !== undefined && startNanos <= last.end) {
      length += Math.max(endNanos - last.end, 0);
      last.end = Math.max(last.end, endNanos);
    } else {
      stretches.push({ start: startNanos, end: endNanos, before: length });
      length += endNanos - startNanos;
    }
  }
  return {
    length,
    at(nanos) {
      const stretch = stretches.findLast(({ start }) => start <= nanos);
      return stretch === undefined
        ? 0
        : stretch.before + Math.min(nanos, stretch.end) - stretch.start;
    },
  };
}
