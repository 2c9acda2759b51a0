// SPDX-License-Identifier: MIT

import type { HotRow, Summary } from "@pyspy/analyze";
import { codeCells } from "../document/code-cells.ts";
import { type Section, tableOf, textSection } from "../document/document.ts";
import type { Json } from "../document/json.ts";
import type { TableColumn } from "../terminal/text-table.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatPercent } from "../text/format-number.ts";

const COLUMNS: readonly TableColumn[] = [
  { heading: "self", align: "right" },
  { heading: "", align: "right" },
  { heading: "total", align: "right" },
  { heading: "", align: "right" },
  { heading: "function", align: "left" },
];

/** The functions with the most time of their own, and those with the most time in all. */
export function functionSections({ functions, selected }: Summary, most: number): Section[] {
  if (selected.samples === 0) {
    return [textSection("Functions", "No samples are left to show functions of.")];
  }
  const cell = codeCells(functions.map(({ label }) => label));
  const whole = selected.wallNanos;
  const section = (title: string, rows: readonly HotRow[]): Section => ({
    title,
    lines: [],
    table: tableOf(
      COLUMNS,
      rows,
      ({ label, self, total }) => [
        formatDuration(self),
        formatPercent(self, whole),
        formatDuration(total),
        formatPercent(total, whole),
        cell(label),
      ],
      most,
    ),
  });
  return [
    section(
      "Functions by their own time",
      functions.filter(({ self }) => self > 0),
    ),
    section(
      "Functions by time with what they call",
      [...functions].sort((a, b) => b.total - a.total || b.self - a.self),
    ),
  ];
}

export function functionRowJson({ label, self, total }: HotRow): Json {
  const { name, file } = label;
  return { function: name, file, selfNanos: Math.round(self), totalNanos: Math.round(total) };
}
