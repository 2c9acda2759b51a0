// SPDX-License-Identifier: MIT

import { cutToCells, textCells } from "../text/text-cells.ts";

/** A column of a table for a terminal. */
export interface TableColumn {
  readonly heading: string;
  readonly align: "left" | "right";
}

const GAP = "  ";

/**
 * Lines of a table, the heading first; every column as wide as its widest cell, the last one
 * without padding. Cells must be visible text.
 */
export function textTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
): string[] {
  const widths = columns.map(({ heading }, column) =>
    rows.reduce(
      (widest, row) => Math.max(widest, textCells(row[column] ?? "")),
      textCells(heading),
    ),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, column) => pad(cells[column] ?? "", widths[column]!, align))
      .join(GAP)
      .trimEnd();
  return [columns.map(({ heading }) => heading), ...rows].map(line);
}

/** Cuts text that is wider than there is room for, and says so by an ellipsis. */
export function ellipsis(text: string, cells: number): string {
  return textCells(text) <= cells ? text : `${cutToCells(text, cells - 1)}…`;
}

function pad(text: string, width: number, align: "left" | "right"): string {
  const room = " ".repeat(Math.max(width - textCells(text), 0));
  return align === "left" ? text + room : room + text;
}
