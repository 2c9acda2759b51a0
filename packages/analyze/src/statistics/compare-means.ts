// SPDX-License-Identifier: MIT

import { moderate } from "./moderate.ts";
import { meanOf, type Series, type Sides } from "./series.ts";
import { twoSidedP, twoSidedQuantile } from "./student-t.ts";
import { type Spread, windowSpreads } from "./window-spread.ts";

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

/** Replicates say how much they differ among each other from so many degrees of freedom on. */
export const LEAST_REPLICATE_DEGREES = 3;
const CONFIDENCE_P = 0.05;

/**
 * Compares means by how much their parts vary: windows of time within the replicates, joined to several
 * lengths, and, where there are enough, the replicates themselves. Samples in a row belong to the same call
 * and are not independent, so that a test that counts samples finds changes where there are none (half of
 * the time, for calls of 50 ms). The largest spread of windows, and of that and of replicates the larger
 * p-value and the wider interval count.
 *
 * @param questions of one kind, asked together: all cut into the same windows.
 */
export function compareMeans(questions: readonly Sides[]): Effect[] {
  const spreads = spreadsOfWindows(questions);
  return questions.map((sides, index) => effectOf(sides, spreads[index]));
}

/** Half of the 95 % interval around the mean of one side; infinite where nothing can be said. */
export function meanMargin(side: readonly Series[]): number {
  const nothing = side.map(({ windows, length }) => ({
    windows: new Float64Array(windows.length),
    mean: 0,
    length,
  }));
  return compareMeans([{ before: nothing, after: side }])[0]!.margin;
}

function effectOf(sides: Sides, windows: Spread | undefined): Effect {
  const [before, after] = [meanOf(sides.before), meanOf(sides.after)];
  const difference = after - before;
  const replicates = replicateSpread(sides);
  const answers = [windows, replicates].flatMap((spread) => {
    if (spread === undefined) return [];
    const standardError = Math.sqrt(spread.variance);
    // Two sides that never vary are equal, or they are not.
    const p = difference === 0 ? 1 : twoSidedP(difference / standardError, spread.degrees);
    return [{ standardError, margin: standardError * quantile(spread.degrees), p }];
  });
  const largest = (of: "standardError" | "margin" | "p", nothing: number): number =>
    answers.length === 0 ? nothing : Math.max(...answers.map((answer) => answer[of]));
  return {
    before,
    after,
    difference,
    standardError: largest("standardError", Number.POSITIVE_INFINITY),
    margin: largest("margin", Number.POSITIVE_INFINITY),
    p: largest("p", 1),
  };
}

/** Of each question the largest spread that windows of any length give. */
function spreadsOfWindows(questions: readonly Sides[]): (Spread | undefined)[] {
  const own = questions.map(windowSpreads);
  const lengths = own[0]?.length ?? 0;
  if (lengths === 0) return own.map(() => undefined);
  // Of many short windows the spread is known; by what factor it grows with their length is not, and is
  // much the same for functions whose calls take about as long.
  const growth = Array.from({ length: lengths - 1 }, (_, longer) =>
    moderate(
      own.map((spreads) => {
        const { variance, degrees } = spreads[longer + 1]!;
        return { variance: ratio(variance, spreads[0]!.variance), degrees };
      }),
    ),
  );
  return own.map((spreads, index) => {
    const [short] = spreads;
    const joined = growth.map((all): Spread => {
      const { variance, degrees } = all[index]!;
      return { variance: variance * short!.variance, degrees };
    });
    const candidates = [short!, ...joined];
    return [...candidates, ...beyondLongest(candidates)].reduce((most, spread) =>
      spread.variance > most.variance ? spread : most,
    );
  });
}

function ratio(one: number, two: number): number {
  return two > 0 ? one / two : 1;
}

/**
 * Where spreads still grow from a third of the longest windows to those, they would grow further: as much again,
 * which errs on the safe side (lugsail batch means, Vats and Flegal 2022).
 */
function beyondLongest(byLength: readonly Spread[]): Spread[] {
  const [third, longest] = byLength.slice(-2);
  if (third === undefined || longest === undefined) return [];
  return [{ variance: 2 * longest.variance - third.variance, degrees: longest.degrees / 3 }];
}

/** Replicates of both sides vary alike: then one against several can be told, too. */
function replicateSpread({ before, after }: Sides): Spread | undefined {
  const degrees = before.length + after.length - 2;
  if (degrees < LEAST_REPLICATE_DEGREES) return undefined;
  const squares = [before, after].reduce((total, side) => {
    const middle = side.reduce((sum, { mean }) => sum + mean, 0) / side.length;
    return total + side.reduce((sum, { mean }) => sum + (mean - middle) ** 2, 0);
  }, 0);
  return { variance: (squares / degrees) * (1 / before.length + 1 / after.length), degrees };
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
