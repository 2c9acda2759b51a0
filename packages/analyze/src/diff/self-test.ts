// SPDX-License-Identifier: MIT

import type { TimeRange } from "../time/time-range.ts";
import { SideComparison } from "./compare.ts";
import type { CompareOptions, Comparison, Replicate } from "./comparison.ts";
import { RecordedTime } from "./recorded-time.ts";

/** One recording compared with itself (A/A): a comparison that finds anything is not to be trusted. */
export interface SelfTest {
  /**
   * Every other stretch of time against those between: both sides did the same, whatever the program
   * did, so that there is nothing to find.
   */
  readonly alternating: Comparison;
  /** The first half against the second: what is found shows that the program changed meanwhile. */
  readonly halves: Comparison;
}

/** Stretches are to hold several windows, and there are to be many stretches. */
const USUAL_STRETCH_NANOS = 1e9;
const LEAST_STRETCHES = 20;

export function compareWithItself(replicate: Replicate, options: CompareOptions): SelfTest {
  const { selection } = replicate;
  const recordings = selection.recorded.recordings;
  const from = Math.min(...recordings.map(({ startNanos }) => startNanos));
  const to = Math.max(...recordings.map(({ endNanos }) => endNanos));
  const length = new RecordedTime(selection.recorded).lengthNanos;
  const stretch = Math.min(USUAL_STRETCH_NANOS, length / LEAST_STRETCHES);
  const sides: [TimeRange[], TimeRange[]] = [[], []];
  for (let i = 0; from + i * stretch < to; i++) {
    sides[i % 2]!.push({ fromNanos: from + i * stretch, toNanos: from + (i + 1) * stretch });
  }
  const middle = (from + to) / 2;
  const compare = (before: readonly TimeRange[], after: readonly TimeRange[]): Comparison =>
    new SideComparison(
      [{ selection, within: before }],
      [{ selection, within: after }],
      options,
    ).functions();
  return {
    alternating: compare(sides[0], sides[1]),
    halves: compare([{ fromNanos: from, toNanos: middle }], [{ fromNanos: middle, toNanos: to }]),
  };
}
