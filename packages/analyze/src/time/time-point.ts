// SPDX-License-Identifier: MIT
import { InvalidFilterError } from "../errors.ts";
import type { Profile } from "../model/profile.ts";
import { parseDuration } from "./duration.ts";
import type { TimeRange } from "./time-range.ts";

/**
 * A moment of a recording, as it is asked for:
 *
 * - `start`, `end`: so long after its start, or before its end;
 * - `day`: a time of day, UTC;
 * - `realtime`: so long since 1970-01-01 UTC.
 */
export interface TimePoint {
  readonly from: "start" | "end" | "day" | "realtime";
  readonly nanos: number;
  /** As it was written. */
  readonly text: string;
}

const TIME_OF_DAY = /^(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?(?:Z| ?UTC)?$/;
const DATE = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?( ?UTC|Z|[+-]\d{2}:?\d{2})?$/;
const NANOS_PER_DAY = 86_400e9;
const MAX_HOUR = 24;
const MAX_MINUTE = 60;

/**
 * A moment: "10s", "1m30s", "10" (seconds) after the start; "-10s" before the end; "14:02", "14:02:05.5"
 * of the day in UTC; "2026-11-22T14:02:05Z", without a zone UTC.
 *
 * @throws InvalidFilterError
 */
export function parseTimePoint(text: string): TimePoint {
  const trimmed = text.trim();
  const fromEnd = trimmed.startsWith("-");
  const duration = parseDuration(fromEnd ? trimmed.slice(1) : trimmed);
  if (duration !== undefined) return { from: fromEnd ? "end" : "start", nanos: duration, text };
  const [, hour, minute, second = "0"] = TIME_OF_DAY.exec(trimmed) ?? [];
  if (hour !== undefined && Number(hour) < MAX_HOUR && Number(minute) < MAX_MINUTE) {
    const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
    return { from: "day", nanos: seconds * 1e9, text };
  }
  const zone = DATE.exec(trimmed);
  if (zone !== null) {
    const hasTime = zone[1] !== undefined;
    const iso = trimmed.replace(/ ?UTC$/, "Z").replace(/^(\S+) (?=\d)/, "$1T");
    const millis = Date.parse(zone[4] === undefined && hasTime ? `${iso}Z` : iso);
    if (!Number.isNaN(millis)) return { from: "realtime", nanos: millis * 1e6, text };
  }
  throw new InvalidFilterError(
    `${text} is no time: 10s or 1m30s after the start, -10s before the end, 14:02:05 or 2026-11-22T14:02:05Z`,
  );
}

/** The moment as nanoseconds on the profile's clock. */
export function resolveTimePoint(point: TimePoint, profile: Profile): number {
  const { recordings, originRealtimeNanos } = profile;
  const start = recordings.reduce((least, one) => Math.min(least, one.startNanos), Infinity);
  const end = recordings.reduce((most, one) => Math.max(most, one.endNanos), 0);
  switch (point.from) {
    case "start":
      return start + point.nanos;
    case "end":
      return end - point.nanos;
    case "realtime":
      return point.nanos - Number(originRealtimeNanos);
    case "day": {
      const midnight = Number(originRealtimeNanos % BigInt(NANOS_PER_DAY));
      const sameDay = point.nanos - midnight;
      // A recording over midnight: the day on which the time is within it.
      const nextDay = sameDay + NANOS_PER_DAY;
      return sameDay < start && nextDay <= end ? nextDay : sameDay;
    }
  }
}

/** From one moment to another on the profile's clock; an end that is not given is open. */
export function resolveTimeRange(
  from: TimePoint | undefined,
  to: TimePoint | undefined,
  profile: Profile,
): TimeRange {
  return {
    fromNanos: from === undefined ? Number.NEGATIVE_INFINITY : resolveTimePoint(from, profile),
    toNanos: to === undefined ? Number.POSITIVE_INFINITY : resolveTimePoint(to, profile),
  };
}
