// SPDX-License-Identifier: MIT

import type { Profile } from "../model/profile.ts";
import type { TimeRange } from "../time/time-range.ts";
import type { Replicate } from "./comparison.ts";

const ALL_TIME: TimeRange = {
  fromNanos: Number.NEGATIVE_INFINITY,
  toNanos: Number.POSITIVE_INFINITY,
};

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
