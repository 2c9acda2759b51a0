// SPDX-License-Identifier: MIT

import type { Activity } from "@pyspy/analyze";

/** What threads did over time, ready to be drawn. */
export interface TimelineData {
  /** Seconds from the start of the recording. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly steps: number;
  readonly rows: readonly TimelineRow[];
}

export interface TimelineRow {
  /** Visible text. */
  readonly name: string;
  /** The first step in which it was seen, and the first after the last one. */
  readonly firstStep: number;
  readonly endStep: number;
  /** Of each step's time, the share of each activity; together at most 1. */
  readonly shares: Readonly<Record<Activity, Float32Array>>;
}

/** "wide": names at the left, for desks and paper; "narrow": names above, for phones. */
export type ChartWidth = "wide" | "narrow";

/**
 * Draws charts as SVG markup without styles or scripts. The one there is, `@pyspy/report/charts`, is an entry
 * of its own: what it stands on takes long to load.
 */
export interface ChartMaker {
  timeline(data: TimelineData, width: ChartWidth): string;
}
