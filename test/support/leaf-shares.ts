// SPDX-License-Identifier: MIT
import type { Profile } from "@pyspy/analyze";
import { StateFlag } from "@pyspy/schemas";

/**
 * How often a stack ended in each function, where the whole stack is known. Equal samples in a row
 * count once: a program that waits for a processor stands at one instruction meanwhile.
 */
export function leafCounts({
  samples,
  stacks,
  frames,
  functions,
}: Profile): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (let run = 0; run < samples.length; run++) {
    const stack = samples.stack[run]!;
    if (stack < 0 || (samples.flags[run]! & StateFlag.STATE_UNSTABLE) !== 0) continue;
    const { name } = functions[frames.function[stacks.frame[stack]!]!]!;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Half the sum of the differences between two sets of shares: 0 for the same, 1 for disjoint ones. */
export function totalVariation(
  a: ReadonlyMap<string, number>,
  b: ReadonlyMap<string, number>,
): number {
  const sum = (counts: ReadonlyMap<string, number>): number =>
    [...counts.values()].reduce((total, count) => total + count, 0);
  const [sumA, sumB] = [sum(a), sum(b)];
  let distance = 0;
  for (const name of new Set([...a.keys(), ...b.keys()])) {
    distance += Math.abs((a.get(name) ?? 0) / sumA - (b.get(name) ?? 0) / sumB);
  }
  return distance / 2;
}
