// SPDX-License-Identifier: MIT

import type { Profile } from "@pyspy/analyze";
import { codeTable } from "../code/code-table.ts";
import { processTitle } from "../heading/recorded-title.ts";
import { reportHeading } from "../heading/report-heading.ts";
import type { ReportFormat, ReportInput } from "../report-format.ts";
import { jsonElements } from "../text/json-pieces.ts";
import { threadName } from "../text/thread-name.ts";
import { visibleText } from "../text/visible-text.ts";
import { type SliceEvent, stackSlices } from "../timeline/stack-slices.ts";
import { type ThreadRuns, threadsInOrder } from "../timeline/threads-in-order.ts";
import { type UniqueIds, uniqueIds } from "../timeline/unique-ids.ts";

/**
 * Chrome's trace event format, JSON: no samples, but a slice for every stretch of time that a
 * function was on the stack. Times are microseconds since 1970, so that traces of one time fall
 * together.
 */
export const chrometrace: ReportFormat = {
  name: "chrometrace",
  description: "for chrome://tracing and other trace viewers: functions as slices",
  extensions: [".chrometrace.json", ".trace.json", ".trace"],
  content: "text",
  needsTimes: true,
  render: renderChrometrace,
};

function* renderChrometrace(input: ReportInput): Generator<string> {
  const { profile } = input.selection;
  const { title, quality, notes } = reportHeading(input);
  const facts = { title, quality, notes, ...input.provenance };
  yield `{"displayTimeUnit":"ms","otherData":${JSON.stringify(facts)},\n"traceEvents":[`;
  const threads = threadsInOrder(input.selection);
  yield* jsonElements(traceEvents(profile, threads), (event) => `\n${event}`);
  yield "\n]}\n";
}

/** All of them, as JSON. */
function* traceEvents(profile: Profile, threads: readonly ThreadRuns[]): Generator<string> {
  const ids = uniqueIds(profile);
  yield* nameEvents(profile, threads, ids);
  const code = codeTable(profile, { lines: false });
  const names = code.functions.map(({ name }) => JSON.stringify(name));
  const places = code.functions.map(({ file, firstLine }) =>
    JSON.stringify({ ...(file !== "" && { file }), ...(firstLine > 0 && { line: firstLine }) }),
  );
  for (const { thread, runs } of threads) {
    const track = `"pid":${ids.pid[profile.threads[thread]!.process]},"tid":${ids.tid[thread]}`;
    for (const slice of completeSlices(stackSlices(profile, code, runs))) {
      const start = microseconds(profile.originRealtimeNanos, slice.startNanos);
      const length = microseconds(profile.originRealtimeNanos, slice.endNanos) - start;
      const { function: index } = slice;
      yield `{"ph":"X","name":${names[index]},${track},"ts":${start},"dur":${length},"args":${places[index]}}`;
    }
  }
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

interface Slice {
  /** Index in `CodeTable.functions`. */
  readonly function: number;
  readonly startNanos: number;
  readonly endNanos: number;
}

/**
 * Slices with both ends: half as many events. In the order of their beginnings, callers first, as
 * readers demand of what begins at one moment.
 */
function* completeSlices(events: Iterable<SliceEvent>): Generator<Slice> {
  const functions: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const open: number[] = [];
  for (const { kind, nanos, function: index } of events) {
    if (kind === "end") ends[open.pop()!] = nanos;
    else {
      open.push(functions.push(index) - 1);
      starts.push(nanos);
      ends.push(nanos);
    }
  }
  for (const [slice, index] of functions.entries()) {
    yield { function: index, startNanos: starts[slice]!, endNanos: ends[slice]! };
  }
}

/**
 * Whole microseconds since 1970: readers take times as floating-point numbers, in which a fraction of
 * such a large one is rounded, and a slice would end after its caller.
 */
function microseconds(origin: bigint, nanos: number): number {
  return Number((origin + BigInt(nanos) + 500n) / 1000n);
}
