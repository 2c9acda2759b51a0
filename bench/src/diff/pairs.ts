// SPDX-License-Identifier: MIT

import { readFileSync } from "node:fs";
import {
  type Comparison,
  compareWithItself,
  DEFAULT_FALSE_DISCOVERY_RATE,
  DEFAULT_THRESHOLD,
  type DiffUnit,
  type Measure,
  readCapture,
  SideComparison,
  selectView,
  type View,
} from "@pyspy/analyze";
import { told } from "@pyspy/report";

/** A way to compare two recordings. */
export interface Question {
  readonly name: string;
  readonly unit: DiffUnit;
  readonly measure: Measure;
  readonly view: View;
}

export const QUESTIONS: readonly Question[] = [
  { name: "diff", unit: "wall-nanos", measure: "rate", view: {} },
  { name: "diff --measure share", unit: "wall-nanos", measure: "share", view: {} },
  { name: "diff --unit cpu", unit: "cpu-nanos", measure: "rate", view: {} },
  { name: "diff --idle", unit: "wall-nanos", measure: "rate", view: { idle: true } },
];

const USUAL = {
  threshold: DEFAULT_THRESHOLD,
  falseDiscoveryRate: DEFAULT_FALSE_DISCOVERY_RATE,
};

/** Files of both sides. */
export type Pair = readonly [before: readonly string[], after: readonly string[]];

/** Compares each pair of sides in the way asked for. */
export function comparisons(
  pairs: readonly Pair[],
  { unit, measure, view }: Question,
): Comparison[] {
  return pairs.map((pair) => {
    const [before, after] = pair.map((files) =>
      files.map((file) => ({ selection: selectView(readCapture(readFileSync(file)), view) })),
    );
    return new SideComparison(before!, after!, { ...USUAL, unit, measure }).functions();
  });
}

/** Whether `diff --aa` finds a change between alternating stretches of a recording. */
export function findsAnyInItself(file: string): boolean {
  const { unit, measure, view } = QUESTIONS[0]!;
  const selection = selectView(readCapture(readFileSync(file)), view);
  const { alternating } = compareWithItself({ selection }, { ...USUAL, unit, measure });
  return toldNames(alternating).length > 0;
}

/** Names of the functions that were told to have changed, by themselves or with what they call. */
export function toldNames(comparison: Comparison): string[] {
  const changed = [...told(comparison, "self"), ...told(comparison, "total")];
  return [...new Set(changed.map(({ label }) => label.name))];
}

/** Functions whose own time another tool would colour: more than 15 % more or less (Tachyon's palette). */
export function beyondFifteenPercent({ functions }: Comparison): number {
  return functions.filter(
    ({ self }) => Math.abs(self.difference) > 0.15 * self.before && self.before + self.after > 0,
  ).length;
}

/** Whether a test that counts samples as independent finds any function, at 5 % each. */
export function countingFindsAny({ functions, before, after }: Comparison): boolean {
  return functions.some(({ self }) => {
    const [n, m] = [before.samples, after.samples];
    const [x, y] = [self.beforeNanos / before.weightNanos, self.afterNanos / after.weightNanos];
    const both = (n * x + m * y) / (n + m);
    return Math.abs(x - y) > 1.96 * Math.sqrt(both * (1 - both) * (1 / n + 1 / m));
  });
}
