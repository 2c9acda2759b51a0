// SPDX-License-Identifier: MIT

import { holdsGil, type Selection, waitsForGil } from "@pyspy/analyze";
import { jsonElements } from "../text/json-pieces.ts";
import { type Interval, threadIntervals } from "../timeline/thread-intervals.ts";
import type { SharedTables } from "./shared-tables.ts";

/** How the profiler shows the markers that we write. */
export const MARKER_SCHEMA: readonly object[] = [
  {
    name: "GIL",
    display: ["marker-chart", "marker-table", "timeline-overview"],
    fields: [],
  },
];

const INTERVAL_PHASE = 1;
const CATEGORY_PYTHON = 0;

type GilInterval = Interval<"holds the GIL" | "waits for the GIL">;

/** When each thread held the GIL or waited for it, by thread. */
export function gilMarkers(
  selection: Selection,
  threads: readonly number[],
): Map<number, GilInterval[]> {
  return threadIntervals(selection, threads, (samples, run) => {
    if (holdsGil(samples, run)) return "holds the GIL";
    return waitsForGil(samples, run) ? "waits for the GIL" : undefined;
  });
}

/** Intervals as the profiler's marker table, JSON. */
export function* markerTable(
  intervals: readonly GilInterval[],
  tables: SharedTables,
): Generator<string> {
  const columns: Readonly<Record<string, (interval: GilInterval) => string>> = {
    data: () => '{"type":"GIL"}',
    name: ({ value }) => `${tables.string(value)}`,
    startTime: ({ startNanos }) => `${startNanos / 1e6}`,
    endTime: ({ endNanos }) => `${endNanos / 1e6}`,
    phase: () => `${INTERVAL_PHASE}`,
    category: () => `${CATEGORY_PYTHON}`,
  };
  yield "{";
  for (const [name, write] of Object.entries(columns)) {
    yield `"${name}":[`;
    yield* jsonElements(intervals, write);
    yield "],";
  }
  yield `"length":${intervals.length}}`;
}
