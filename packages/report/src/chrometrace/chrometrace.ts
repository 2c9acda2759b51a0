// SPDX-License-Identifier: MIT

import type { Profile } from "@pyspy/analyze";
import { codeTable } from "../code/code-table.ts";
import { processTitle } from "../heading/recorded-title.ts";
import { reportHeading } from "../heading/report-heading.ts";
import type { ReportFormat, ReportInput } from "../report-format.ts";
import { jsonElements } from "../text/json-pieces.ts";
import { threadName } from "../text/thread-name.ts";
import { visibleText } from "../text/visible-text.ts";
import { stackSlices } from "../timeline/stack-slices.ts";
import { type ThreadRuns, threadsInOrder } from "../timeline/threads-in-order.ts";
import { type UniqueIds, uniqueIds } from "../timeline/unique-ids.ts";

/**
 * Chrome's trace event format, JSON: no samples, but a slice for every stretch of time that a
 * function was on the stack. Times are microseconds since 1970 with three decimals, so that traces
 * of one time fall together.
 */
export const chrometrace: ReportFormat = {
  name: "chrometrace",
  description: "trace events (JSON) for chrome://tracing and other tools: when functions ran",
  extensions: [".chrometrace.json", ".trace.json", ".trace"],
  content: "text",
  render: renderChrometrace,
};

function* renderChrometrace(input: ReportInput): Generator<string> {
  const { profile } = input.selection;
  const ids = uniqueIds(profile);
  const { title, quality, notes } = reportHeading(input);
  const facts = { title, quality, notes, ...input.provenance };
  yield `{"displayTimeUnit":"ms","otherData":${JSON.stringify(facts)},\n"traceEvents":[\n`;
  const separated = separator();
  const threads = threadsInOrder(input.selection);
  for (const event of nameEvents(profile, threads, ids)) yield separated(event);
  const code = codeTable(profile, false);
  const names = code.functions.map(({ name }) => JSON.stringify(name));
  const places = code.functions.map(({ file, firstLine }) =>
    JSON.stringify({ ...(file !== "" && { file }), ...(firstLine > 0 && { line: firstLine }) }),
  );
  for (const { thread, runs } of threads) {
    const track = `"pid":${ids.pid[profile.threads[thread]!.process]},"tid":${ids.tid[thread]}`;
    const events = stackSlices(profile, code, runs);
    const pieces = jsonElements(events, ({ kind, nanos, function: index }) => {
      const time = `"ts":${microseconds(profile.originRealtimeNanos, nanos)}`;
      return kind === "end"
        ? `\n{"ph":"E",${track},${time}}`
        : `\n{"ph":"B","cat":"${code.functions[index]!.kind}","name":${names[index]},${track},${time},"args":${places[index]}}`;
    });
    for (const piece of pieces) yield separated(piece);
  }
  yield "\n]}\n";
}

/** Names of processes and threads, and the order in which they are shown. */
function* nameEvents(
  profile: Profile,
  threads: readonly ThreadRuns[],
  ids: UniqueIds,
): Generator<string> {
  const event = (name: string, pid: number, tid: number, args: object): string =>
    JSON.stringify({ ph: "M", name, pid, tid, args });
  for (const index of new Set(threads.map(({ thread }) => profile.threads[thread]!.process))) {
    const name = visibleText(processTitle(profile.processes[index]!));
    yield event("process_name", ids.pid[index]!, 0, { name });
  }
  for (const [order, { thread }] of threads.entries()) {
    const pid = ids.pid[profile.threads[thread]!.process]!;
    const tid = ids.tid[thread]!;
    yield event("thread_name", pid, tid, { name: threadName(profile.threads[thread]!) });
    yield event("thread_sort_index", pid, tid, { sort_index: order });
  }
}

/** Exact: in floating point, a time since 1970 has no room for nanoseconds. */
function microseconds(origin: bigint, nanos: number): string {
  const text = `${origin + BigInt(nanos)}`.padStart(4, "0");
  return `${text.slice(0, -3)}.${text.slice(-3)}`;
}

/** Puts a comma before all but the first. */
function separator(): (text: string) => string {
  let first = true;
  return (text) => {
    if (!first) return `,${text}`;
    first = false;
    return text;
  };
}
