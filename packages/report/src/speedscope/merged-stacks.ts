// SPDX-License-Identifier: MIT

import type { Selection } from "@pyspy/analyze";

/** Distinct stacks and the time that all threads together spent in them. */
export interface MergedStacks {
  /** Stacks as JSON, in the order in which they were first seen. */
  readonly stacks: readonly string[];
  /** Whole nanoseconds, one for each stack. */
  readonly weights: readonly number[];
}

export function mergedStacks(
  { profile: { samples }, runs }: Selection,
  stackJson: (stack: number) => string,
): MergedStacks {
  const weightOf = new Map<number, number>();
  for (const run of runs) {
    const stack = samples.stack[run]!;
    weightOf.set(stack, (weightOf.get(stack) ?? 0) + samples.wallNanos[run]!);
  }
  const seen = [...weightOf].filter(([stack]) => stack >= 0);
  return {
    stacks: seen.map(([stack]) => stackJson(stack)),
    weights: seen.map(([, weight]) => Math.round(weight)),
  };
}
