// SPDX-License-Identifier: MIT

import { compareMeans, type Effect, type Series } from "../statistics/compare-means.ts";
import { falseDiscoveryRates } from "../statistics/false-discovery.ts";
import { twoSidedQuantile } from "../statistics/student-t.ts";
import type { Change, Measure, Verdict } from "./comparison.ts";
import { asShare, scaled } from "./measure.ts";

/** One quantity on both sides, as recorded: in seconds a second. */
export interface Sums {
  readonly before: readonly Series[];
  readonly after: readonly Series[];
  readonly beforeNanos: number;
  readonly afterNanos: number;
  /** Whether it is one of the questions; others are answered without a verdict of change. */
  readonly asked: boolean;
}

export interface Judging {
  readonly measure: Measure;
  readonly all: { readonly before: readonly Series[]; readonly after: readonly Series[] };
  /** From seconds a second to the measure; of "share", 1. */
  readonly scale: { readonly before: number; readonly after: number };
  readonly leastDifference: number;
  readonly falseDiscoveryRate: number;
  /** Recorded seconds of the side that has less. */
  readonly shortestSeconds: number;
}

/** |z| that a difference must be beyond its own error to be found in four of five cases. */
const POWER_QUANTILE = 0.84;
const MANY_DEGREES = 1e6;

/** Answers a family of questions, and corrects for how many they are. */
export function judge(questions: readonly Sums[], judging: Judging): Change[] {
  const effects = questions.map((sums) => effectOf(sums, judging));
  const asked = questions.flatMap(({ asked }, index) => (asked ? [index] : []));
  const rates = falseDiscoveryRates(asked.map((index) => effects[index]!.p));
  const q = new Array<number>(questions.length).fill(1);
  asked.forEach((index, at) => {
    q[index] = rates[at]!;
  });
  return questions.map(({ beforeNanos, afterNanos }, index) => {
    const effect = effects[index]!;
    const verdict = verdictOf(effect, q[index]!, judging);
    const change = { ...effect, q: q[index]!, verdict, beforeNanos, afterNanos };
    if (verdict !== "unclear") return change;
    const wanted = Math.max(Math.abs(effect.difference), judging.leastDifference);
    const seconds = secondsToTell(effect.standardError, wanted, asked.length, judging);
    return { ...change, secondsToTell: seconds };
  });
}

function effectOf({ before, after }: Sums, { measure, all, scale }: Judging): Effect {
  if (measure === "share") {
    return compareMeans(asShare(before, all.before), asShare(after, all.after));
  }
  return compareMeans(scaled(before, scale.before), scaled(after, scale.after));
}

function verdictOf(effect: Effect, q: number, judging: Judging): Verdict {
  const { before, after, difference, margin } = effect;
  const { leastDifference, falseDiscoveryRate } = judging;
  if (q <= falseDiscoveryRate && Math.abs(difference) >= leastDifference) {
    if (difference > 0) return before === 0 ? "new" : "grew";
    return after === 0 ? "gone" : "shrank";
  }
  return Math.abs(difference) + margin <= leastDifference ? "same" : "unclear";
}

/**
 * Seconds to record on each side to tell a difference in four of five cases: the error of a mean falls
 * with the root of the time.
 */
export function secondsToTell(
  standardError: number,
  difference: number,
  questions: number,
  judging: Pick<Judging, "falseDiscoveryRate" | "shortestSeconds">,
): number {
  const tellable = tellableDifference(standardError, questions, judging);
  return judging.shortestSeconds * (tellable / difference) ** 2;
}

/** The smallest difference that recordings of this length show in four of five cases. */
export function tellableDifference(
  standardError: number,
  questions: number,
  { falseDiscoveryRate }: Pick<Judging, "falseDiscoveryRate">,
): number {
  const critical = twoSidedQuantile(falseDiscoveryRate / Math.max(1, questions), MANY_DEGREES);
  return (critical + POWER_QUANTILE) * standardError;
}
