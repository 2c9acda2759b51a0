// SPDX-License-Identifier: MIT

import type { ProcessSummary, Summary } from "@pyspy/analyze";
import { totalsJson } from "../document/answer-frame.ts";
import { type Section, tableOf } from "../document/document.ts";
import type { Json } from "../document/json.ts";
import { processTitle } from "../heading/recorded-title.ts";
import type { TableColumn } from "../terminal/text-table.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatCount } from "../text/format-number.ts";
import { visibleExcerpt } from "../text/visible-text.ts";

const COLUMNS: readonly TableColumn[] = [
  { heading: "pid", align: "right" },
  { heading: "samples", align: "right" },
  { heading: "time", align: "right" },
  { heading: "version", align: "left" },
  { heading: "command", align: "left" },
];

/** Several processes as a table, the busiest first. */
export function processSections({ processes }: Summary, most: number): Section[] {
  if (processes.length < 2) return [];
  const rows = [...processes].sort((a, b) => b.totals.wallNanos - a.totals.wallNanos);
  const table = tableOf(
    COLUMNS,
    rows,
    (process) => [
      String(process.pid),
      formatCount(process.totals.samples),
      formatDuration(process.totals.wallNanos),
      visibleExcerpt(process.python, 40),
      visibleExcerpt(processTitle(process), 200),
    ],
    most,
  );
  return [{ title: "Processes", lines: [], table }];
}

export function processRowJson(process: ProcessSummary): Json {
  const { pid, parentPid, command, executable, python, totals } = process;
  return { pid, parentPid, command, executable, python, ...totalsJson(totals) };
}
