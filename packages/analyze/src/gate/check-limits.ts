// SPDX-License-Identifier: MIT
import { blameGil } from "../gil/blame-gil.ts";
import type { WeightUnit } from "../model/call-tree.ts";
import { filterIdle } from "../select/filters.ts";
import type { Selection } from "../select/selection.ts";
import { isIdle, waitsForGil } from "../select/states.ts";
import { findNeighbours } from "../top/neighbours.ts";
import type { Limit } from "./limit.ts";

/** What became of a limit. */
export interface LimitResult {
  readonly limit: Limit;
  readonly passed: boolean;
  readonly nanos: number;
  /** Of the whole that the limit's kind names; 0 for a `gil-hold`. */
  readonly share: number;
  /** False: nothing is selected, or the capture does not know the GIL. Such a limit is not kept. */
  readonly measured: boolean;
}

export interface LimitOptions {
  /** What is added up where functions are measured. */
  readonly unit: Exclude<WeightUnit, "samples">;
  /** Functions are measured in all of the selection; else without the threads that were idle. */
  readonly idleFunctions: boolean;
}

/**
 * Measures a selection against limits. It should have idle threads: to the kernel, one that waits for
 * the GIL is idle.
 */
export function checkLimits(
  selection: Selection,
  limits: readonly Limit[],
  { unit, idleFunctions }: LimitOptions,
): LimitResult[] {
  const functions = idleFunctions ? selection : filterIdle(selection);
  return limits.map((limit) => {
    const isOfFunction = limit.kind === "self" || limit.kind === "total";
    const { nanos, whole, measured } = measure(isOfFunction ? functions : selection, limit, unit);
    const share = whole > 0 ? nanos / whole : 0;
    const { bound } = limit;
    const kept = bound.kind === "share" ? share <= bound.share : nanos <= bound.nanos;
    return { limit, passed: measured && kept, nanos, share, measured };
  });
}

interface Measured {
  readonly nanos: number;
  readonly whole: number;
  readonly measured: boolean;
}

function measure(
  selection: Selection,
  { kind, pattern }: Limit,
  unit: LimitOptions["unit"],
): Measured {
  switch (kind) {
    case "self":
    case "total": {
      const found = findNeighbours(selection, [pattern!], { unit, lines: false });
      const { wallNanos, cpuNanos } = selection.totals;
      const whole = unit === "wall-nanos" ? wallNanos : cpuNanos;
      const nanos = kind === "total" ? found.total : found.self;
      return { nanos, whole, measured: selection.totals.samples > 0 };
    }
    case "gil-wait": {
      const { waitedNanos, known } = blameGil(selection);
      return { nanos: waitedNanos, whole: wantedNanos(selection), measured: known };
    }
    case "gil-hold": {
      const { threads, known } = blameGil(selection);
      const nanos = threads.reduce((most, one) => Math.max(most, one.longestHoldNanos), 0);
      return { nanos, whole: 0, measured: known };
    }
  }
}

/** Time in which threads wanted to run: not idle, or kept from it by the GIL. */
function wantedNanos({ profile, runs }: Selection): number {
  const { samples } = profile;
  let nanos = 0;
  for (const run of runs) {
    if (!isIdle(samples, run) || waitsForGil(samples, run)) nanos += samples.wallNanos[run]!;
  }
  return nanos;
}
