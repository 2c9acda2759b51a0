// SPDX-License-Identifier: MIT

import type { Summary, ThreadSummary } from "@pyspy/analyze";
import { totalsJson } from "../document/answer-frame.ts";
import { type Section, tableOf } from "../document/document.ts";
import { type Json, jsonId } from "../document/json.ts";
import type { TableColumn } from "../terminal/text-table.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatCount, formatPercent } from "../text/format-number.ts";
import { visibleExcerpt } from "../text/visible-text.ts";

/** The threads as recorded, before any filter: what each did with its time. */
export function threadSections({ threads, processes }: Summary, most: number): Section[] {
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
  const cells = (thread: ThreadSummary): string[] => [
    ...(withPid ? [String(thread.pid)] : []),
    thread.tid === 0n ? "?" : String(thread.tid),
    formatCount(thread.totals.samples),
    formatDuration(thread.totals.wallNanos),
    formatPercent(1 - thread.idleShare, 1),
    ...(gilKnown ? [thread.gilShare === undefined ? "?" : formatPercent(thread.gilShare, 1)] : []),
    visibleExcerpt(thread.name, 200),
  ];
  return [{ title: "Threads", lines: [], table: tableOf(columns, threads, cells, most) }];
}

export function threadRowJson(thread: ThreadSummary): Json {
  const { pid, tid, name, main, idleShare, gilShare, totals } = thread;
  return {
    pid,
    tid: jsonId(tid),
    name,
    main,
    ...totalsJson(totals),
    idleShare,
    gilShare: gilShare ?? null,
  };
}
