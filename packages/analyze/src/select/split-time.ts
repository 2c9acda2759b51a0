// SPDX-License-Identifier: MIT
import type { Profile } from "../model/profile.ts";
import { firstTickFrom } from "../model/tick-columns.ts";
import type { TimeRange } from "../time/time-range.ts";
import { filterTime } from "./filter-time.ts";
import type { Selection } from "./selection.ts";

/** A part of a selection. */
export interface TimeWindow extends TimeRange {
  readonly selection: Selection;
}

/**
 * The selection in windows of equal length, in order, from the profile's time zero on; those in which
 * nothing was observed are left out. Each observation is in one window, so they add up to the selection.
 */
export function* splitTime(selection: Selection, windowNanos: number): Generator<TimeWindow> {
  const runsOfWindow = new Map<number, number[]>();
  for (const [run, window] of observedWindows(selection, windowNanos)) {
    const runs = runsOfWindow.get(window);
    if (runs === undefined) runsOfWindow.set(window, [run]);
    else runs.push(run);
  }
  for (const window of [...runsOfWindow.keys()].sort((a, b) => a - b)) {
    const range = { fromNanos: window * windowNanos, toNanos: (window + 1) * windowNanos };
    const near = { ...selection, runs: Uint32Array.from(runsOfWindow.get(window)!) };
    const part = filterTime(near, "samples of other times", range);
    if (part.runs.length > 0) yield { ...range, selection: part };
  }
}

/** Pairs of a run and a window that it reaches into, by run. */
function* observedWindows(
  { profile, runs }: Selection,
  windowNanos: number,
): Generator<readonly [run: number, window: number]> {
  const { samples, recordings, firstRuns } = profile;
  const windows = recordings.map((_, index) => tickedWindows(profile, index, windowNanos));
  let recording = 0;
  for (const run of runs) {
    while (run >= firstRuns[recording + 1]!) recording++;
    const { ticks } = recordings[recording]!;
    const start = samples.startNanos[run]!;
    const last = Math.min(firstTickFrom(ticks, start) + samples.ticks[run]!, ticks.length) - 1;
    const first = Math.floor(start / windowNanos);
    const until = samples.ticks[run] === 1 ? first : Math.floor(ticks.nanos[last]! / windowNanos);
    if (until <= first) {
      yield [run, first];
      continue;
    }
    for (const window of windows[recording]!) {
      if (window >= first && window <= until) yield [run, window];
    }
  }
}

/** The windows in which a recording has a tick: not more than it has ticks, however long it stood still. */
function tickedWindows({ recordings }: Profile, recording: number, windowNanos: number): number[] {
  const { nanos } = recordings[recording]!.ticks;
  const windows = new Set<number>();
  for (const tick of nanos) windows.add(Math.floor(tick / windowNanos));
  return [...windows];
}
