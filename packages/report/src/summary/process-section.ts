// SPDX-License-Identifier: MIT

import { processTitle } from "../heading/recorded-title.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatCount } from "../text/format-number.ts";
import { visibleExcerpt } from "../text/visible-text.ts";
import type { SummaryContext } from "./render-summary.ts";
import { ellipsis, textTable } from "./text-table.ts";

const MOST_ROWS = 10;

/** What the one process is; several have a table. */
export function processLine({ summary }: SummaryContext): string[] {
  const [only, ...others] = summary.processes;
  if (only === undefined || others.length > 0) return [];
  const python = only.python === "" ? "not Python" : visibleExcerpt(only.python, 80);
  return [`  ${python} · pid ${only.pid}`];
}

/** Several processes as a table, the busiest first. */
export function processSection({ summary, width, style }: SummaryContext): string[] {
  const { processes } = summary;
  if (processes.length < 2) return [];
  const rows = [...processes]
    .sort((a, b) => b.totals.wallNanos - a.totals.wallNanos)
    .slice(0, MOST_ROWS)
    .map((process) => [
      String(process.pid),
      formatCount(process.totals.samples),
      formatDuration(process.totals.wallNanos),
      visibleExcerpt(process.python, 40),
      visibleExcerpt(processTitle(process), 200),
    ]);
  const lines = textTable(
    [
      { heading: "pid", align: "right" },
      { heading: "samples", align: "right" },
      { heading: "time", align: "right" },
      { heading: "version", align: "left" },
      { heading: "command", align: "left" },
    ],
    rows,
  ).map((line) => ellipsis(`  ${line}`, width));
  const others = processes.length - rows.length;
  if (others > 0) lines.push(`  … and ${formatCount(others)} more`);
  return ["", style.strong("Processes"), style.faint(lines[0]!), ...lines.slice(1)];
}
