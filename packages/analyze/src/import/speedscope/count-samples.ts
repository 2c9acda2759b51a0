// SPDX-License-Identifier: MIT
import type { WeightedStack } from "./weighted-stack.ts";

/** How far a weight may be from a multiple of the period, as a share of the period. */
const TOLERANCE = 0.01;
const MOST_SAMPLES = 2 ** 32 - 1;

/**
 * How many samples each entry stands for: py-spy and others write the period as the weight of each, or
 * multiples of it. Where weights are no multiples of one, each entry is one.
 *
 * @param counts weights are counts already.
 */
export function countSamples(
  stacks: readonly WeightedStack[],
  counts: boolean,
): (index: number) => number {
  let period = counts ? 1 : Number.POSITIVE_INFINITY;
  if (!counts) for (const { weight } of stacks) if (weight > 0) period = Math.min(period, weight);
  const of = (weight: number): number => Math.round(weight / period);
  const multiples = stacks.every(
    ({ weight }) =>
      Math.abs(weight / period - of(weight)) <= TOLERANCE && of(weight) <= MOST_SAMPLES,
  );
  return multiples ? (index) => Math.max(of(stacks[index]!.weight), 1) : () => 1;
}
