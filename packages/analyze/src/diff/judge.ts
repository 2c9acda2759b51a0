// SPDX-License-Identifier: MIT

import { compareMeans, type Effect } from "../statistics/compare-means.ts";
import { falseDiscoveryRates } from "../statistics/false-discovery.ts";
import type { Series, Sides } from "../statistics/series.ts";
import { twoSidedQuantile } from "../statistics/student-t.ts";
import type { Change, Measure, Verdict } from "./comparison.ts";
import { asShare, scaled } from "./measure.ts";

/** One quantity on both sides, as recorded: in seconds a second. */
export interface Sums extends Sides {
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
  /**
   * Whether a change is to be one of the share of everything, too: not of everything itself; and "where it
   * tells", not of what is nearly everything, where the machine cannot stand between the sides.
   */
  readonly againstRest: "always" | "where it tells" | "never";
  /** Recorded seconds of the side that has less. */
  readonly shortestSeconds: number;
}

/** |z| that a difference must be beyond its own error to be found in four of five cases. */
const POWER_QUANTILE = 0.84;
const MANY_DEGREES = 1e6;
/** Beyond this share, the rest is too little to compare with. */
const NEARLY_ALL = 0.9;

/** Answers a family of questions, and corrects for how many they are. */
export function judge(questions: readonly Sums[], judging: Judging): Change[] {
  const effects = effectsOf(questions, judging);
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

/**
 * Differences in the measure. One is told if it is one of the amount and of the share of everything, both in
 * the same direction: a machine that became slower, or more work, changes all amounts and no share; one
 * function that grows changes the shares of all others and not their amounts.
 */
function effectsOf(
  questions: readonly Sums[],
  { measure, all, scale, againstRest }: Judging,
): Effect[] {
  const amounts = compareMeans(
    questions.map(({ before, after }) => ({
      before: scaled(before, scale.before),
      after: scaled(after, scale.after),
    })),
  );
  if (againstRest === "never") return amounts;
  const shares = compareMeans(
    questions.map(({ before, after }) => ({
      before: asShare(before, all.before),
      after: asShare(after, all.after),
    })),
  );
  return amounts.map((amount, index): Effect => {
    const share = shares[index]!;
    const effect = measure === "share" ? share : amount;
    if (againstRest === "where it tells" && nearlyAll(share)) return { ...effect, p: amount.p };
    const alike = amount.difference * share.difference > 0;
    return {
      ...effect,
      p: alike ? Math.max(amount.p, share.p) : 1,
      standardError: errorOfBoth(amount, share, measure),
    };
  });
}

function nearlyAll({ before, after }: Effect): boolean {
  return Math.min(before, after) > NEARLY_ALL;
}

/** The larger of the errors of amount and share, in the measure: what is to be told must show in both. */
function errorOfBoth(amount: Effect, share: Effect, measure: Measure): number {
  const [size, part] = [amount, share].map(({ before, after }) => (before + after) / 2);
  // A change by a small factor changes a share by that factor times what the rest has.
  const shareOfAmount = size! / part! / (1 - part!);
  const larger = Math.max(amount.standardError, share.standardError * shareOfAmount);
  return measure === "share" ? larger / shareOfAmount : larger;
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
