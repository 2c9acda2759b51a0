// SPDX-License-Identifier: MIT

import type { Change, Comparison, FunctionChange } from "@pyspy/analyze";
import { isTold } from "@pyspy/report";
import { UsageError } from "../errors.ts";

/** Whether a function of a comparison fails the gate. */
export type Gate = (each: FunctionChange, comparison: Comparison) => boolean;

/**
 * Reads `--fail-on`: "+2pp" of everything selected, "+10%" of what the function took before, or
 * "any" change. Only what was told from noise fails.
 *
 * @throws UsageError
 */
export function parseGate(text: string): Gate {
  if (text === "any") return ({ self, total }) => isTold(self) || isTold(total);
  const [, amount, unit] = /^\+(\d+(?:\.\d+)?)\s*(pp|%)$/.exec(text) ?? [];
  if (amount === undefined) {
    throw new UsageError(`--fail-on takes +2pp, +10% or any, not ${text}`);
  }
  const limit = Number(amount) / 100;
  return ({ self, total }, comparison) =>
    [self, total].some((change) => isTold(change) && growth(change, unit!, comparison) >= limit);
}

function growth(change: Change, unit: string, comparison: Comparison): number {
  const { difference, before } = change;
  // A new function has grown beyond any percentage.
  if (unit === "%") return before > 0 ? difference / before : difference > 0 ? Infinity : 0;
  const { measure, leastDifference, threshold } = comparison;
  return measure === "share" ? difference : (difference * threshold) / leastDifference;
}
