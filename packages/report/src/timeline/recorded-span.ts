// SPDX-License-Identifier: MIT

import type { Profile } from "@pyspy/analyze";
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
