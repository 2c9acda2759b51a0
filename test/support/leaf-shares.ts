// SPDX-License-Identifier: MIT
import type { Profile } from "@pyspy/analyze";
import { StateFlag } from "@pyspy/schemas";

/**
 * Adds to `counts` how often a stack ended in each function, where the whole stack is known. Equal
 * samples in a row count once: a program that waits for a processor stands at one instruction meanwhile.
 */
export function addLeafCounts(
  { samples, stacks, frames, functions }: Profile,
  counts: Map<string, number>,
): void {
  for (let run = 0; run < samples.length; run++) {
    const stack = samples.stack[run]!;
    if (stack < 0 || (samples.flags[run]! & StateFlag.STATE_UNSTABLE) !== 0) continue;
    const { name } = functions[frames.function[stacks.frame[stack]!]!]!;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
}

/** Half the sum of the differences between two sets of shares: 0 for the same, 1 for disjoint ones. */
export function totalVariation(
  a: ReadonlyMap<string, number>,
  b: ReadonlyMap<string, number>,
): number {
  return half(a, b, (shareA, shareB) => Math.abs(shareA - shareB));
}

/** What that is on average, by chance, for two samples of one distribution. */
export function chanceVariation(
  a: ReadonlyMap<string, number>,
  b: ReadonlyMap<string, number>,
): number {
  const per = 1 / countSum(a) + 1 / countSum(b);
  // E |X| of a normal variable is sqrt(2 / pi) of its deviation.
  return half(a, b, (shareA, shareB) => {
    const share = (shareA + shareB) / 2;
    return Math.sqrt((2 / Math.PI) * share * (1 - share) * per);
  });
}

function half(
  a: ReadonlyMap<string, number>,
  b: ReadonlyMap<string, number>,
  of: (shareA: number, shareB: number) => number,
): number {
  const [sumA, sumB] = [countSum(a), countSum(b)];
  let total = 0;
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    total += of((a.get(name) ?? 0) / sumA, (b.get(name) ?? 0) / sumB);
  }
  return total / 2;
}

/** All counts together. */
export function countSum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
