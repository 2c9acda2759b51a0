// SPDX-License-Identifier: MIT

import type { FrameLabel } from "../model/call-tree.ts";
import { SideComparison } from "./compare.ts";
import type { Change, CompareOptions, Replicate } from "./comparison.ts";
import { secondsToTell, tellableDifference } from "./judge.ts";

/** A change of a function that is to be told: by a part of what it takes now. */
export interface PlannedFunction {
  readonly label: FrameLabel;
  readonly kind: "self" | "total";
  /** What it takes now, in the measure. */
  readonly now: number;
  /** The smallest change that two recordings as long as this one show. */
  readonly tellable: number;
  /** Seconds to record on each side to tell the change asked for. */
  readonly seconds: number;
}

export interface RecordingPlan {
  readonly recordedSeconds: number;
  readonly functions: readonly PlannedFunction[];
  /** Seconds to tell a change of everything selected by that part. */
  readonly all: Omit<PlannedFunction, "label" | "kind">;
}

/**
 * From a pilot, how long to record before and after a change to tell it: in four of five cases, among
 * as many questions as a comparison of such recordings asks.
 *
 * @param change a part of what a function takes now, 0.1 for 10 %.
 */
export function planRecording(
  pilot: readonly Replicate[],
  options: CompareOptions,
  change: number,
): RecordingPlan {
  const comparison = new SideComparison(pilot, pilot, options).functions();
  const recordedSeconds = comparison.before.recordedNanos / 1e9;
  const questions = comparison.functions.length * 2;
  const judging = { ...comparison, shortestSeconds: recordedSeconds };
  const plan = ({ before, standardError }: Change, asked: number) => ({
    now: before,
    tellable: tellableDifference(standardError, asked, judging),
    seconds: secondsToTell(standardError, change * before, asked, judging),
  });
  const functions = comparison.functions.flatMap(({ label, self, total }): PlannedFunction[] => [
    { label, kind: "self", ...plan(self, questions) },
    { label, kind: "total", ...plan(total, questions) },
  ]);
  return {
    recordedSeconds,
    functions: functions
      .filter(({ now }) => now >= comparison.leastDifference)
      .sort((a, b) => b.now - a.now),
    all: plan(comparison.all, 1),
  };
}
