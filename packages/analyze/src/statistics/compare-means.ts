// SPDX-License-Identifier: MIT

import { twoSidedP, twoSidedQuantile } from "./student-t.ts";

/** A quantity over time: one replicate (a recording, a process) of one side of a comparison. */
export interface Series {
  /** Means over equal windows of time, in the order of time. */
  readonly windows: Float64Array;
  /** Mean over all of the time, which may end with a part of a window. */
  readonly mean: number;
  /** Length of that time, in windows. */
  readonly length: number;
}

/** A difference of two means, and what is known of it. */
export interface Effect {
  readonly before: number;
  readonly after: number;
  /** after - before */
  readonly difference: number;
  /** Half of the 95 % interval around `difference`; infinite where nothing can be said. */
  readonly margin: number;
  /** Probability of at least this difference if there is none in truth; 1 where nothing can be said. */
  readonly p: number;
  /** Standard error behind `margin`. */
  readonly standardError: number;
}

/** A spread is not taken from fewer windows a side. */
export const LEAST_WINDOWS = 10;
/** Replicates say how much they differ among each other from so many degrees of freedom on. */
export const LEAST_REPLICATE_DEGREES = 3;
const CONFIDENCE_P = 0.05;

/**
 * Compares two means by how much their parts vary: windows of time within the replicates, joined to
 * several lengths, and, where there are enough, the replicates themselves. Samples in a row belong to
 * the same call and are not independent, so that a test that counts samples finds changes where there
 * are none (half of the time, for calls of 50 ms). The largest p-value and the widest interval count.
 */
export function compareMeans(before: readonly Series[], after: readonly Series[]): Effect {
  const means = { before: meanOf(before), after: meanOf(after) };
  const difference = means.after - means.before;
  const answers = spreads(before, after).map(({ standardError, degrees }) => ({
    standardError,
    margin: standardError * quantile(degrees),
    // Two sides that never vary are equal, or they are not.
    p: difference === 0 ? 1 : twoSidedP(difference / standardError, degrees),
  }));
  const largest = (of: "standardError" | "margin" | "p", nothing: number): number =>
    answers.length === 0 ? nothing : Math.max(...answers.map((answer) => answer[of]));
  return {
    ...means,
    difference,
    standardError: largest("standardError", Number.POSITIVE_INFINITY),
    margin: largest("margin", Number.POSITIVE_INFINITY),
    p: largest("p", 1),
  };
}

/** The standard error of the difference, and on how much it rests. */
interface Spread {
  readonly standardError: number;
  readonly degrees: number;
}

/** From windows, and from replicates where there are enough: none, one or both. */
function spreads(before: readonly Series[], after: readonly Series[]): Spread[] {
  const found: Spread[] = [];
  const windows = windowSpread(before, after);
  if (windows !== undefined) found.push(windows);
  const degrees = before.length + after.length - 2;
  if (degrees >= LEAST_REPLICATE_DEGREES) found.push(pooled(before, after, degrees));
  return found;
}

/**
 * The largest error that windows of any length give. Long windows give it poorly, as they are few: the
 * largest of several such estimates errs on the safe side, which makes up for that, so that the degrees
 * of freedom are those of the middle length.
 */
function windowSpread(before: readonly Series[], after: readonly Series[]): Spread | undefined {
  const all = joinedLengths(before, after).flatMap((joined): Spread[] => {
    const one = windowVariance(before, joined);
    const two = windowVariance(after, joined);
    return Math.min(one.count, two.count) >= LEAST_WINDOWS ? [welch(one, two)] : [];
  });
  if (all.length === 0) return undefined;
  const standardError = Math.max(...all.map((spread) => spread.standardError));
  return { standardError, degrees: all[Math.min(1, all.length - 1)]!.degrees };
}

/**
 * How many windows are joined to one: none, so many that the fewest are left that say something, and
 * the geometric middle. What varies slowly shows only in long windows, what varies quickly is measured
 * better by many short ones.
 */
function joinedLengths(before: readonly Series[], after: readonly Series[]): number[] {
  const most = Math.min(
    ...[before, after].map((side) => {
      const windows = side.reduce((sum, series) => sum + series.windows.length, 0);
      return Math.floor(windows / (LEAST_WINDOWS + side.length - 1));
    }),
  );
  return [...new Set([1, Math.round(Math.sqrt(Math.max(1, most))), Math.max(1, most)])];
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
  return { standardError: Math.sqrt(variance), degrees };
}

/** Replicates of both sides vary alike: then one against several can be told, too. */
function pooled(before: readonly Series[], after: readonly Series[], degrees: number): Spread {
  const squares = [before, after].reduce((total, side) => {
    const middle = side.reduce((sum, { mean }) => sum + mean, 0) / side.length;
    return total + side.reduce((sum, { mean }) => sum + (mean - middle) ** 2, 0);
  }, 0);
  const variance = (squares / degrees) * (1 / before.length + 1 / after.length);
  return { standardError: Math.sqrt(variance), degrees };
}

function meanOf(side: readonly Series[]): number {
  return side.reduce((sum, { mean, length }) => sum + mean * length, 0) / lengthOf(side);
}

function lengthOf(side: readonly Series[]): number {
  return side.reduce((sum, { length }) => sum + length, 0);
}

const quantiles = new Map<number, number>();

/** Rounded down to whole degrees, so that few are ever computed. */
function quantile(degrees: number): number {
  const whole = Math.max(1, Math.floor(Math.min(degrees, 1e4)));
  let known = quantiles.get(whole);
  if (known === undefined) {
    known = twoSidedQuantile(CONFIDENCE_P, whole);
    quantiles.set(whole, known);
  }
  return known;
}
