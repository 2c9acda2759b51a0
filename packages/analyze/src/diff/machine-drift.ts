// SPDX-License-Identifier: MIT

import type { Profile } from "../model/profile.ts";
import { LEAST_REPLICATE_DEGREES } from "../statistics/compare-means.ts";
import type { TimeRange } from "../time/time-range.ts";
import type { Replicate } from "./comparison.ts";

const ALL_TIME: TimeRange = {
  fromNanos: Number.NEGATIVE_INFINITY,
  toNanos: Number.POSITIVE_INFINITY,
};

/**
 * Whether what changes on the machine may stand between the sides.
 *
 * - `shared`: no: both are processes or threads of one recording, at one time.
 * - `in-turns`: recordings of both sides were made in turns, so that it is in their differences.
 * - `unknown`: one side was recorded after the other, or once.
 */
export type MachineDrift = "shared" | "in-turns" | "unknown";

/** Of the pairs of a recording before and one after, the part in which the one is earlier. */
const [LEAST_EARLIER, MOST_EARLIER] = [0.25, 0.75];

export function machineDrift(
  before: readonly Replicate[],
  after: readonly Replicate[],
): MachineDrift {
  if (before.every((one) => after.every((two) => recordedTogether(one, two)))) return "shared";
  if (before.length + after.length - 2 < LEAST_REPLICATE_DEGREES) return "unknown";
  const [one, two] = [before, after].map((side) => side.map(recordedFromTo));
  let earlier = 0;
  for (const a of one!) {
    for (const b of two!) earlier += a.to <= b.from ? 1 : b.to <= a.from ? 0 : 0.5;
  }
  const part = earlier / (before.length * after.length);
  return part >= LEAST_EARLIER && part <= MOST_EARLIER ? "in-turns" : "unknown";
}

/** In nanoseconds since 1970, to within some hundred of them. */
function recordedFromTo({ selection: { recorded } }: Replicate): { from: number; to: number } {
  const origin = Number(recorded.originRealtimeNanos);
  const { recordings } = recorded;
  return {
    from: origin + Math.min(...recordings.map(({ startNanos }) => startNanos)),
    to: origin + Math.max(...recordings.map(({ endNanos }) => endNanos)),
  };
}

/** Whether both are of one recording, and of times that overlap: then the machine was the same to both. */
export function recordedTogether(one: Replicate, two: Replicate): boolean {
  const [a, b] = [one.selection.recorded, two.selection.recorded];
  if (a !== b && !idsOf(a).some((id) => idsOf(b).includes(id))) return false;
  const times = [one, two].map(({ within }) => within ?? [ALL_TIME]) as [TimeRange[], TimeRange[]];
  return times[0].some(({ fromNanos, toNanos }) =>
    times[1].some((other) => other.fromNanos < toNanos && other.toNanos > fromNanos),
  );
}

function idsOf({ recordings }: Profile): string[] {
  return recordings.map(({ header }) => header.captureId.join(".")).filter((id) => id !== "");
}
