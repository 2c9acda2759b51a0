// SPDX-License-Identifier: MIT

import { type Profile, type Selection, selectedSpan } from "@pyspy/analyze";
import { recordedClock } from "./recorded-clock.ts";

/** When a profile was recorded. */
export interface RecordedSpan {
  /** ns since 1970-01-01 UTC. */
  readonly startRealtimeNanos: bigint;
  /** From the first recording's start to the last one's end, ns. */
  readonly lengthNanos: number;
  /** Without what lies between recordings, ns. */
  readonly recordedNanos: number;
  /** Of the first recording's rate: ns between two ticks; 0: not known. */
  readonly periodNanos: number;
}

export function recordedSpan({ recordings, originRealtimeNanos }: Profile): RecordedSpan {
  const start = Math.min(...recordings.map(({ startNanos }) => startNanos));
  const end = Math.max(...recordings.map(({ endNanos }) => endNanos));
  const known = recordings.length > 0;
  const hertz = recordings[0]?.rateHertz ?? 0;
  return {
    startRealtimeNanos: originRealtimeNanos + BigInt(known ? Math.round(start) : 0),
    lengthNanos: known ? Math.round(end - start) : 0,
    recordedNanos: Math.round(recordedClock(recordings).length),
    periodNanos: hertz > 0 ? Math.round(1e9 / hertz) : 0,
  };
}

/** As `recordedSpan`, of what filters of time left. */
export function shownSpan(selection: Selection): RecordedSpan {
  const { recorded } = selection;
  const whole = recordedSpan(recorded);
  const range = filteredTime(selection);
  if (range === undefined) return whole;
  const clock = recordedClock(recorded.recordings);
  return {
    ...whole,
    startRealtimeNanos: recorded.originRealtimeNanos + BigInt(Math.round(range.startNanos)),
    lengthNanos: Math.round(range.endNanos - range.startNanos),
    recordedNanos: Math.round(clock.at(range.endNanos) - clock.at(range.startNanos)),
  };
}

/**
 * From the first to the last moment that filters of time left, in ns from the profile's time zero;
 * `undefined`: there were none.
 */
export function filteredTime(
  selection: Selection,
): { readonly startNanos: number; readonly endNanos: number } | undefined {
  const { recorded, profile, steps } = selection;
  if (!steps.some(({ name }) => name === "time")) return undefined;
  // Where runs were cut, the profile has nothing else, and what other filters left out counts, too.
  if (profile.samples === recorded.samples) return selectedSpan(selection);
  const runs = Uint32Array.from({ length: profile.samples.length }, (_, run) => run);
  return selectedSpan({ ...selection, runs });
}
