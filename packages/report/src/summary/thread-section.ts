// SPDX-License-Identifier: MIT

import { formatDuration } from "../text/format-duration.ts";
import { formatCount, formatPercent } from "../text/format-number.ts";
import { visibleExcerpt } from "../text/visible-text.ts";
import type { SummaryContext } from "./render-summary.ts";
import { ellipsis, type TableColumn, textTable } from "./text-table.ts";

const MOST_ROWS = 12;

/** The threads as recorded, before any filter: what each did with its time. */
export function threadSection({ summary, width, style }: SummaryContext): string[] {
  const { threads, processes } = summary;
  if (threads.length === 0) return [];
  const withPid = processes.length > 1;
  const gilKnown = threads.some(({ gilShare }) => gilShare !== undefined);
  const columns: TableColumn[] = [
    ...(withPid ? [{ heading: "pid", align: "right" } as const] : []),
    { heading: "thread", align: "right" },
    { heading: "samples", align: "right" },
    { heading: "time", align: "right" },
    { heading: "active", align: "right" },
    ...(gilKnown ? [{ heading: "GIL", align: "right" } as const] : []),
    { heading: "name", align: "left" },
  ];
  const rows = threads
    .slice(0, MOST_ROWS)
    .map((thread) => [
      ...(withPid ? [String(thread.pid)] : []),
      thread.tid === 0n ? "?" : String(thread.tid),
      formatCount(thread.totals.samples),
      formatDuration(thread.totals.wallNanos),
      formatPercent(1 - thread.idleShare, 1),
      ...(gilKnown
        ? [thread.gilShare === undefined ? "?" : formatPercent(thread.gilShare, 1)]
        : []),
      visibleExcerpt(thread.name, 200),
    ]);
  const lines = textTable(columns, rows).map((line) => ellipsis(`  ${line}`, width));
  const others = threads.length - rows.length;
  if (others > 0) lines.push(`  … and ${formatCount(others)} more`);
  return ["", style.strong("Threads"), style.faint(lines[0]!), ...lines.slice(1)];
}
