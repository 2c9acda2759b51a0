// SPDX-License-Identifier: MIT

import type { Change, Measure } from "@pyspy/analyze";
import { formatDuration } from "../text/format-duration.ts";

/** Milliseconds a second, percent, or time: what a measure is written in. */
export function formatAmount(value: number, measure: Measure): string {
  switch (measure) {
    case "rate":
      return `${threeDigits(1000 * value)} ms/s`;
    case "share":
      return `${threeDigits(100 * value)} %`;
    case "work":
      return formatDuration(1e9 * value);
  }
}

/** "+12.3 ms/s", "-4.0 pp". */
export function formatDifference(value: number, measure: Measure): string {
  const sign = value < 0 ? "-" : "+";
  if (measure === "share") return `${sign}${threeDigits(Math.abs(100 * value))} pp`;
  return `${sign}${formatAmount(Math.abs(value), measure)}`;
}

/** "± 4.1", in the unit of the difference beside it; "± ?" where nothing can be said. */
export function formatMargin(value: number, measure: Measure): string {
  if (!Number.isFinite(value)) return "± ?";
  const amount = measure === "work" ? formatDuration(1e9 * value) : formatAmount(value, measure);
  return `± ${measure === "work" ? amount : amount.split(" ")[0]}`;
}

/** The difference in percent of what was before: "+31 %", "new", "gone". */
export function formatRelative({
  before,
  after,
  difference,
}: Pick<Change, "before" | "after" | "difference">): string {
  if (before === 0) return after === 0 ? "" : "new";
  if (after === 0) return "gone";
  const percent = (100 * difference) / before;
  const digits = Math.abs(percent) < 9.95 ? 1 : 0;
  return `${percent < 0 ? "-" : "+"}${Math.abs(percent).toFixed(digits)} %`;
}

/** "45 s", "4 min", "3 h": how long to record; nobody records to the second. */
export function formatWait(seconds: number): string {
  if (!Number.isFinite(seconds)) return "unknown";
  if (seconds < 90) return `${Math.max(1, Math.ceil(seconds))} s`;
  if (seconds < 90 * 60) return `${Math.ceil(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.ceil(seconds / 3600)} h`;
  return "days";
}

/** What the measure counts, for a sentence. */
export function measureText(measure: Measure, unit: "wall-nanos" | "cpu-nanos"): string {
  const time = unit === "cpu-nanos" ? "CPU time" : "thread time";
  switch (measure) {
    case "rate":
      return `${time} per recorded second`;
    case "share":
      return `share of all selected ${time}`;
    case "work":
      return `${time} per unit of work`;
  }
}

function threeDigits(value: number): string {
  const size = Math.abs(value);
  if (size >= 99.95) return value.toFixed(0);
  return size >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}
