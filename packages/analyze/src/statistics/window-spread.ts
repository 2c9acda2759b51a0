// SPDX-License-Identifier: MIT

import { lengthOf, type Series, type Sides } from "./series.ts";

/** The variance of a difference of means, and on how much it rests. */
export interface Spread {
  readonly variance: number;
  readonly degrees: number;
}

/** A spread is not taken from fewer windows a side. */
export const LEAST_WINDOWS = 10;

/**
 * Spreads by how much windows of time differ within the replicates, each window by itself and joined to
 * longer ones: what varies slowly shows only in long windows, what varies quickly is measured better by many
 * short ones. The shortest first; none where there are too few windows. All sides of the same length have
 * them for the same lengths.
 */
export function windowSpreads({ before, after }: Sides): Spread[] {
  return joinedLengths(before, after).flatMap((joined): Spread[] => {
    const one = windowVariance(before, joined);
    const two = windowVariance(after, joined);
    return Math.min(one.count, two.count) >= LEAST_WINDOWS ? [welch(one, two)] : [];
  });
}

/**
 * How many windows are joined to one: none, so many that the fewest are left that say something, and a third
 * of that, from which is told whether even those were long enough.
 */
function joinedLengths(before: readonly Series[], after: readonly Series[]): number[] {
  const most = Math.min(
    ...[before, after].map((side) => {
      const windows = side.reduce((sum, series) => sum + series.windows.length, 0);
      return Math.floor(windows / (LEAST_WINDOWS + side.length - 1));
    }),
  );
  return [...new Set([1, Math.max(1, Math.round(most / 3)), Math.max(1, most)])];
}

/** Variance of the mean of one side, from windows. */
interface MeanVariance {
  readonly variance: number;
  readonly count: number;
}

function windowVariance(side: readonly Series[], joined: number): MeanVariance {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (const { windows, mean } of side) {
    for (let start = 0; start + joined <= windows.length; start += joined) {
      let value = 0;
      for (let i = 0; i < joined; i++) value += windows[start + i]!;
      // Around the replicate's own mean: how replicates differ is a question of its own.
      const deviation = value / joined - mean;
      count++;
      sum += deviation;
      squares += deviation * deviation;
    }
  }
  const freedom = count - side.length;
  if (freedom <= 0) return { variance: Number.POSITIVE_INFINITY, count: 0 };
  const variance = Math.max(0, squares - (sum * sum) / count) / freedom;
  return { variance: (variance * joined) / lengthOf(side), count: freedom + 1 };
}

/** Welch and Satterthwaite: each side has a spread of its own. */
function welch(one: MeanVariance, two: MeanVariance): Spread {
  const variance = one.variance + two.variance;
  const degrees =
    variance > 0
      ? variance ** 2 / (one.variance ** 2 / (one.count - 1) + two.variance ** 2 / (two.count - 1))
      : one.count + two.count - 2;
  return { variance, degrees };
}
