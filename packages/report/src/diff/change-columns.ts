// SPDX-License-Identifier: MIT

import type { Change, Measure } from "@pyspy/analyze";
import type { TableColumn } from "../terminal/text-table.ts";
import { formatAmount, formatDifference, formatMargin, formatRelative } from "./amount.ts";

/** Columns of a change: before, after, how much, its interval, and in percent. */
export const CHANGE_COLUMNS: readonly TableColumn[] = [
  { heading: "before", align: "right" },
  { heading: "after", align: "right" },
  { heading: "change", align: "right" },
  { heading: "95 %", align: "left" },
  { heading: "", align: "right" },
];

/** Cells of these columns. */
export function changeCells(change: Change, measure: Measure): string[] {
  return [
    formatAmount(change.before, measure),
    formatAmount(change.after, measure),
    formatDifference(change.difference, measure),
    formatMargin(change.margin, measure),
    formatRelative(change),
  ];
}
