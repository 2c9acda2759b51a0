// SPDX-License-Identifier: MIT
import { asShare, baseWindowNanos } from "../diff/measure.ts";
import { RecordedTime } from "../diff/recorded-time.ts";
import { seriesOf } from "../diff/side-series.ts";
import type { Selection } from "../select/selection.ts";
import { meanMargin } from "../statistics/compare-means.ts";
import type { Series } from "../statistics/series.ts";

/** Weight of observations in which something was so, and of all of which it is a part. */
export interface CountedRuns {
  readonly selection: Selection;
  /** By run of the profile. */
  readonly weights: ArrayLike<number>;
  readonly part: (run: number) => boolean;
  readonly whole: (run: number) => boolean;
}

/** Halves of 95 % intervals; infinite where the recording is too short to say. */
export interface SamplingError {
  /** Of the part as a share of the whole. */
  readonly share: number;
  /** Of the part in nanoseconds. */
  readonly nanos: number;
}

/**
 * How far what was measured may be from what a longer recording of the same work would show: by how much
 * windows of time differ, as `compareMeans` does it.
 */
export function samplingError({ selection, weights, part, whole }: CountedRuns): SamplingError {
  const { profile, runs } = selection;
  const { startNanos, wallNanos } = profile.samples;
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const run of runs) {
    from = Math.min(from, startNanos[run]!);
    to = Math.max(to, startNanos[run]! + wallNanos[run]!);
  }
  // What lies between the first and the last that is selected: a filter of time is in it.
  const time = new RecordedTime(selection.recorded, [{ fromNanos: from, toNanos: to }]);
  const { lengthNanos } = time;
  if (!(lengthNanos > 0))
    return { share: Number.POSITIVE_INFINITY, nanos: Number.POSITIVE_INFINITY };
  const windowNanos = baseWindowNanos([{ recordedNanos: lengthNanos, longestNanos: lengthNanos }]);
  const sums = [part, whole].map(
    (): Float64Array => new Float64Array(Math.ceil(lengthNanos / windowNanos)),
  ) as [Float64Array, Float64Array];
  for (const run of runs) {
    const counted = [part(run), whole(run)] as const;
    const start = startNanos[run]!;
    time.spread(start, start + wallNanos[run]!, windowNanos, (window, piece) => {
      const at = Math.min(window, sums[0].length - 1);
      if (counted[0]) sums[0][at]! += piece * weights[run]!;
      if (counted[1]) sums[1][at]! += piece * weights[run]!;
    });
  }
  const [one, all] = sums.map((each): Series[] => [seriesOf(each, lengthNanos, windowNanos)]);
  return { share: meanMargin(asShare(one!, all!)), nanos: lengthNanos * meanMargin(one!) };
}
