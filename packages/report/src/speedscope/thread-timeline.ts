// SPDX-License-Identifier: MIT

import type { Selection } from "@pyspy/analyze";
import type { RecordedClock } from "../timeline/recorded-clock.ts";

/** What one thread did, as stretches of time without holes between them. */
export interface Timeline {
  /** Stacks as JSON; "[]" where nothing of the thread is selected. */
  readonly stacks: string[];
  /** Whole nanoseconds, one for each stack. */
  readonly weights: number[];
  /** Nanoseconds with a stack. */
  readonly busyNanos: number;
}

/**
 * One thread's runs laid on the recorded time. speedscope knows no positions, only weights one
 * after the other, so whatever lies between two runs (idle and left out by a filter, not recorded)
 * becomes an empty stack of that length: every thread's axis is the same.
 */
export function threadTimeline(
  { profile: { samples } }: Selection,
  runs: readonly number[],
  clock: RecordedClock,
  stackJson: (stack: number) => string,
): Timeline {
  const stacks: string[] = [];
  const weights: number[] = [];
  let busyNanos = 0;
  // Positions are rounded, not lengths: errors do not add up along the axis.
  let end = 0;
  const until = (position: number, stack: string): void => {
    const length = Math.round(position) - end;
    if (length <= 0) return;
    end += length;
    if (stack !== "[]") busyNanos += length;
    if (stacks.at(-1) === stack) weights[weights.length - 1]! += length;
    else {
      stacks.push(stack);
      weights.push(length);
    }
  };
  for (const run of runs) {
    const start = samples.startNanos[run]!;
    until(clock.at(start), "[]");
    until(clock.at(start) + samples.wallNanos[run]!, stackJson(samples.stack[run]!));
  }
  until(clock.length, "[]");
  return { stacks, weights, busyNanos };
}
