// SPDX-License-Identifier: MIT

import {
  ACTIVITIES,
  type Activity,
  buildThreadStrips,
  type Selection,
  type ThreadStrips,
} from "@pyspy/analyze";
import { threadNames } from "../../document/thread-names.ts";
import { recordedSpan } from "../../timeline/recorded-span.ts";
import type { TimelineData, TimelineRow } from "./charts.ts";

/** About as fine as print is. */
const STEPS = 170;

/** The threads of a selection over the time that was recorded, all of them. */
export function timelineData(observed: Selection): TimelineData {
  const { originRealtimeNanos } = observed.recorded;
  const { startRealtimeNanos, lengthNanos } = recordedSpan(observed.recorded);
  const fromNanos = Number(startRealtimeNanos - originRealtimeNanos);
  const toNanos = fromNanos + lengthNanos;
  const strips = buildThreadStrips(observed, { fromNanos, toNanos, steps: STEPS });
  const nameOf = threadNames(observed.profile);
  return {
    fromSeconds: 0,
    toSeconds: lengthNanos / 1e9,
    steps: STEPS,
    rows: strips.threads.map((thread, row) => timelineRow(strips, row, nameOf(thread))),
  };
}

function timelineRow(strips: ThreadStrips, row: number, name: string): TimelineRow {
  const { steps, nanos, fromNanos, toNanos } = strips;
  const stepNanos = (toNanos - fromNanos) / steps;
  const column = (activity: Activity): Float32Array =>
    nanos[activity].subarray(row * steps, (row + 1) * steps);
  const observed = Array.from({ length: steps }, (_, step) =>
    ACTIVITIES.some((activity) => column(activity)[step]! > 0),
  );
  // Half a per cent is less than a pixel.
  const share = (value: number): number => Math.round(Math.min(1, value / stepNanos) * 200) / 200;
  const shares = Object.fromEntries(
    ACTIVITIES.map((activity) => [activity, column(activity).map(share)]),
  ) as Record<Activity, Float32Array>;
  return {
    name,
    firstStep: Math.max(observed.indexOf(true), 0),
    endStep: observed.lastIndexOf(true) + 1,
    shares,
  };
}
