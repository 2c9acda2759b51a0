// SPDX-License-Identifier: MIT

import type { CodeMapping } from "@pyspy/analyze";
import { codeTable } from "../code/code-table.ts";
import { processTitle } from "../heading/recorded-title.ts";
import { reportHeading } from "../heading/report-heading.ts";
import type { ReportFormat, ReportInput } from "../report-format.ts";
import { threadName } from "../text/thread-name.ts";
import { visibleText } from "../text/visible-text.ts";
import { recordedSpan } from "../timeline/recorded-span.ts";
import { threadsInOrder } from "../timeline/threads-in-order.ts";
import { uniqueIds } from "../timeline/unique-ids.ts";
import { gilMarkers, MARKER_SCHEMA, markerTable } from "./gil-markers.ts";
import { sampleTable } from "./sample-table.ts";
import { SharedTables } from "./shared-tables.ts";

/**
 * The profiler's own format as of version 60 (its docs-developer/CHANGELOG-formats.md), which it
 * upgrades when it loads one: the first in which all threads share their tables.
 */
const PROCESSED_VERSION = 60;
const GECKO_VERSION = 30;

const CATEGORIES = [
  { name: "Python", color: "yellow", subcategories: ["Other"] },
  { name: "Native", color: "blue", subcategories: ["Other"] },
  { name: "Other", color: "grey", subcategories: ["Other"] },
];

/** For profiler.firefox.com: samples in real time, CPU use, and who held or wanted the GIL. */
export const firefox: ReportFormat = {
  name: "firefox",
  description: "for https://profiler.firefox.com: stacks in time, CPU use, the GIL",
  extensions: [".firefox.json", ".gecko.json"],
  content: "text",
  needsTimes: true,
  render: renderFirefox,
};

function* renderFirefox(input: ReportInput): Generator<string> {
  const { selection, options } = input;
  const { profile } = selection;
  const span = recordedSpan(profile);
  const ids = uniqueIds(profile);
  const threads = threadsInOrder(selection);
  const code = codeTable(profile, { lines: options.lines, addresses: true });
  const tables = new SharedTables(profile, code);
  const gil = gilMarkers(
    selection,
    threads.map(({ thread }) => thread),
  );

  yield `{"meta":${JSON.stringify(meta(input))},\n"libs":${JSON.stringify(code.mappings.map(libraryJson))},\n"threads":[`;
  for (const [order, { thread: index, runs }] of threads.entries()) {
    const thread = profile.threads[index]!;
    const process = profile.processes[thread.process]!;
    const facts = {
      processType: "default",
      processStartupTime: 0,
      processShutdownTime: null,
      registerTime: 0,
      unregisterTime: null,
      pausedRanges: [],
      name: threadName(thread),
      isMainThread: thread.main,
      processName: visibleText(processTitle(process)),
      pid: `${ids.pid[thread.process]}`,
      tid: `${ids.tid[index]}`,
      showMarkersInTimeline: true,
    };
    yield `${order === 0 ? "" : ","}\n${JSON.stringify(facts).slice(0, -1)},"markers":`;
    yield* markerTable(gil.get(index) ?? [], tables);
    yield `,"samples":`;
    yield* sampleTable(profile, runs, tables, span.lengthNanos);
    yield "}";
  }
  yield `],\n"shared":`;
  yield* tables.json();
  yield "}\n";
}

/** Nothing is left to look up in it: names are in the file. */
function libraryJson({ path, buildId }: CodeMapping): object {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const codeId = buildId === "" ? null : buildId;
  return { arch: "", name, path, debugName: name, debugPath: path, breakpadId: "", codeId };
}

function meta(input: ReportInput): object {
  const { profile } = input.selection;
  const { startRealtimeNanos, periodNanos } = recordedSpan(profile);
  const { title, quality, notes } = reportHeading(input);
  const header = profile.recordings[0]?.header;
  return {
    version: GECKO_VERSION,
    preprocessedProfileVersion: PROCESSED_VERSION,
    // Of sample times, which count from the profile's time zero.
    startTime: Number(profile.originRealtimeNanos) / 1e6,
    profilingStartTime: Number(startRealtimeNanos - profile.originRealtimeNanos) / 1e6,
    interval: periodNanos > 0 ? periodNanos / 1e6 : 1,
    processType: 0,
    product: title,
    stackwalk: 1,
    importedFrom: `pyspy-analyze ${input.provenance.version}`,
    symbolicated: true,
    sourceCodeIsNotOnSearchfox: true,
    categories: CATEGORIES,
    markerSchema: MARKER_SCHEMA,
    sampleUnits: { time: "ms", eventDelay: "ms", threadCPUDelta: "ns" },
    ...(header?.host?.os && { platform: visibleText(header.host.os) }),
    extra: [
      {
        label: "Recording",
        entries: [quality.join(", "), ...notes].map((value) => ({
          label: "",
          format: "string",
          value,
        })),
      },
    ],
  };
}
