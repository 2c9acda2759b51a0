// SPDX-License-Identifier: MIT

import type { WeightUnit } from "@pyspy/analyze";
import { formatDuration } from "./format-duration.ts";
import { formatCount, formatCounted } from "./format-number.ts";

/** A weight of a call tree with its unit: "1,234 samples", "12.3 s". */
export function formatWeight(weight: number, unit: WeightUnit): string {
  return unit === "samples" ? formatCounted(weight, "sample") : formatDuration(weight);
}

/** In a column, whose heading says what it is. */
export function shortWeight(weight: number, unit: WeightUnit): string {
  return unit === "samples" ? formatCount(weight) : formatDuration(weight);
}

/** What the unit measures, for headings. */
export function describeUnit(unit: WeightUnit): string {
  switch (unit) {
    case "samples":
      return "number of samples";
    case "wall-nanos":
      return "wall time";
    case "cpu-nanos":
      return "CPU time";
  }
}
