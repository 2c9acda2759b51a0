// SPDX-License-Identifier: MIT

import type { SelectionSummary } from "@pyspy/analyze";
import { formatDuration } from "../text/format-duration.ts";
import { formatCount, formatCounted, formatPercent, formatRate } from "../text/format-number.ts";

/**
 * How much was recorded and what the numbers are worth, the most important first: "1,234 samples",
 * "12.3 s", "rate 100 Hz asked, 99.8 achieved", "0.1 % unstable", "filters removed 38.2 %". What
 * went wrong is mentioned only where it did.
 */
export function qualityParts({ recordings, quality, selected, steps }: SelectionSummary): string[] {
  const removed = steps.reduce((sum, { dropped }) => sum + dropped.samples, 0);
  const parts = [
    removed === 0
      ? formatCounted(quality.samples, "sample")
      : `${formatCount(selected.samples)} of ${formatCounted(quality.samples, "sample")}`,
  ];
  const duration = formatDuration(sum(recordings.map(({ durationNanos }) => durationNanos)));
  parts.push(recordings.length === 1 ? duration : `${recordings.length} recordings, ${duration}`);
  const rate = ratePart(recordings);
  if (rate !== undefined) parts.push(rate);
  parts.push(`${formatPercent(quality.samplesUnstable, quality.samples)} unstable`);

  const shares: [number, number, string][] = [
    [quality.samplesTruncated, quality.samples, "truncated"],
    [quality.samplesFailed, quality.samples + quality.samplesFailed, "failed"],
    [quality.samplesWithoutStack, quality.samples, "without a stack"],
    [quality.ticksLate, quality.ticksTaken, "of ticks late"],
    [quality.ticksMissed, quality.ticksAsked, "of ticks missed"],
  ];
  for (const [part, whole, what] of shares) {
    if (part > 0) parts.push(`${formatPercent(part, whole)} ${what}`);
  }
  if (quality.unobservedNanos > 0) {
    parts.push(`${formatDuration(quality.unobservedNanos)} not observed`);
  }
  if (recordings.some(({ endReason }) => endReason === undefined))
    parts.push("recording cut short");
  if (quality.damage.length > 0) {
    parts.push(`file damaged in ${formatCounted(quality.damage.length, "place")}`);
  }
  if (removed > 0) {
    parts.push(`filters removed ${formatPercent(removed, quality.samples)}`);
  }
  return parts;
}

/** Recordings at different rates have no one rate to state. */
function ratePart(recordings: SelectionSummary["recordings"]): string | undefined {
  const asked = new Set(recordings.map(({ rateAskedHertz }) => rateAskedHertz));
  const [hertz] = asked;
  if (asked.size !== 1 || hertz === undefined || !(hertz > 0)) return undefined;
  const known = recordings.filter((one) => one.rateAchievedHertz !== undefined);
  const seconds = sum(known.map(({ durationNanos }) => durationNanos));
  const ticks = sum(known.map((one) => one.rateAchievedHertz! * one.durationNanos));
  const text = `rate ${formatRate(hertz)} Hz asked`;
  return seconds > 0 ? `${text}, ${formatRate(ticks / seconds)} achieved` : text;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
