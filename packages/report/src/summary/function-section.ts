// SPDX-License-Identifier: MIT

import type { HotRow } from "@pyspy/analyze";
import { fitLabel } from "../text/fit-label.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatCount, formatPercent } from "../text/format-number.ts";
import { codeOrigins } from "../text/short-files.ts";
import { visibleExcerpt } from "../text/visible-text.ts";
import type { SummaryContext } from "./render-summary.ts";
import { type TableColumn, textTable } from "./text-table.ts";

const MOST_ROWS = 12;
const LONGEST_NAME = 200;

const COLUMNS: readonly TableColumn[] = [
  { heading: "self", align: "right" },
  { heading: "", align: "right" },
  { heading: "total", align: "right" },
  { heading: "", align: "right" },
  { heading: "function", align: "left" },
];

/** The functions with the most time of their own, and those with the most time in all. */
export function functionSection(context: SummaryContext): string[] {
  const { functions, selected } = context.summary;
  if (selected.samples === 0) return ["", "No samples are left to show functions of."];
  const bySelf = functions.filter(({ self }) => self > 0);
  const byTotal = [...functions].sort((a, b) => b.total - a.total || b.self - a.self);
  return [
    ...table(context, "Functions by their own time", bySelf),
    ...table(context, "Functions by time with what they call", byTotal),
  ];
}

function table(
  { summary, width, style }: SummaryContext,
  title: string,
  all: readonly HotRow[],
): string[] {
  const rows = all.slice(0, MOST_ROWS);
  const whole = summary.selected.wallNanos;
  const numbers = rows.map(({ self, total }) => [
    formatDuration(self),
    formatPercent(self, whole),
    formatDuration(total),
    formatPercent(total, whole),
  ]);
  // The numbers first: what they leave of the width is for names.
  const taken = Math.max(...textTable(COLUMNS.slice(0, -1), numbers).map((line) => line.length), 0);
  const names = functionNames(rows, summary.functions, width - taken - 4);
  const lines = textTable(
    COLUMNS,
    numbers.map((row, index) => [...row, names[index]!]),
  );
  const others = all.length - rows.length;
  return [
    "",
    style.strong(title),
    style.faint(`  ${lines[0]!}`),
    ...lines.slice(1).map((line) => `  ${line}`),
    ...(others > 0 ? [`  … and ${formatCount(others)} more`] : []),
  ];
}

/** "name (file)" in so many cells; files are shortened in view of all of them. */
function functionNames(rows: readonly HotRow[], all: readonly HotRow[], cells: number): string[] {
  const origins = codeOrigins(all.map(({ label }) => label));
  const startOf = new Map(all.map(({ label }, index) => [label, origins[index]!.shortStart]));
  return rows.map(({ label }) => {
    const file = label.file.slice(startOf.get(label) ?? 0);
    const name = visibleExcerpt(label.name, LONGEST_NAME);
    const fitted = fitLabel(name, visibleExcerpt(file, LONGEST_NAME), cells);
    return fitted.name + fitted.place;
  });
}
