// SPDX-License-Identifier: MIT
import type { SampleTable } from "../model/profile.ts";
import type { Totals } from "./selection.ts";

/** `Totals` that are still being added up. */
export type MutableTotals = { -readonly [K in keyof Totals]: Totals[K] };

export function emptyTotals(): MutableTotals {
  return { runs: 0, samples: 0, wallNanos: 0, cpuNanos: 0 };
}

/** Adds one entry of the sample table. */
export function addRuns(totals: MutableTotals, samples: SampleTable, run: number): void {
  totals.runs++;
  totals.samples += samples.ticks[run]!;
  totals.wallNanos += samples.wallNanos[run]!;
  totals.cpuNanos += samples.cpuNanos[run]!;
}

/** Adds totals to totals. */
export function addTotals(totals: MutableTotals, more: Totals): void {
  totals.runs += more.runs;
  totals.samples += more.samples;
  totals.wallNanos += more.wallNanos;
  totals.cpuNanos += more.cpuNanos;
}
