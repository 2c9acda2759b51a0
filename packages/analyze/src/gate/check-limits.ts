// SPDX-License-Identifier: MIT
import { type FramePattern, matchFrames } from "../frames/frame-pattern.ts";
import { blameGil } from "../gil/blame-gil.ts";
import type { WeightUnit } from "../model/call-tree.ts";
import { filterIdle } from "../select/filters.ts";
import type { Selection } from "../select/selection.ts";
import { isIdle, waitsForGil } from "../select/states.ts";
import { runWeights } from "../tree/run-weights.ts";
import type { Limit } from "./limit.ts";
import { type SamplingError, samplingError } from "./sampling-error.ts";

/** What became of a limit. */
export interface LimitResult {
  readonly limit: Limit;
  readonly passed: boolean;
  readonly nanos: number;
  /** Of the whole that the limit's kind names; 0 for a `gil-hold`. */
  readonly share: number;
  /**
   * Half of the 95 % interval around what the bound is about, `share` or `nanos`; infinite where the
   * recording is too short to say, and of a `gil-hold`, the longest of all, always.
   */
  readonly margin: number;
  /** The limit lies in that interval: another recording of the same work may turn out otherwise. */
  readonly close: boolean;
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
    const measure = isOfFunction
      ? measureFunctions(functions, limit.pattern!, limit.kind === "self", unit)
      : measureGil(selection, limit.kind === "gil-hold");
    const { nanos, whole, measured, error } = measure;
    const share = whole > 0 ? nanos / whole : 0;
    const { bound } = limit;
    const [found, most, margin] =
      bound.kind === "share"
        ? [share, bound.share, error.share]
        : [nanos, bound.nanos, error.nanos];
    return {
      limit,
      passed: measured && found <= most,
      nanos,
      share,
      margin,
      close: measured && Number.isFinite(margin) && Math.abs(found - most) <= margin,
      measured,
    };
  });
}

interface Measured {
  readonly nanos: number;
  readonly whole: number;
  readonly measured: boolean;
  readonly error: SamplingError;
}

const UNKNOWN: SamplingError = { share: Number.POSITIVE_INFINITY, nanos: Number.POSITIVE_INFINITY };

function measureFunctions(
  selection: Selection,
  pattern: FramePattern,
  innermost: boolean,
  unit: LimitOptions["unit"],
): Measured {
  const { profile, totals } = selection;
  const { stacks, samples } = profile;
  const marks = matchFrames(profile, [pattern]);
  const hit = new Uint8Array(stacks.length);
  for (let stack = 0; stack < stacks.length; stack++) {
    const above = innermost ? -1 : stacks.parent[stack]!;
    hit[stack] = marks[stacks.frame[stack]!]! | (above < 0 ? 0 : hit[above]!);
  }
  const weights = runWeights(samples, unit);
  const part = (run: number): boolean => samples.stack[run]! >= 0 && hit[samples.stack[run]!] === 1;
  return {
    nanos: sumOf(selection, weights, part),
    whole: unit === "wall-nanos" ? totals.wallNanos : totals.cpuNanos,
    measured: totals.samples > 0,
    error: samplingError({ selection, weights, part, whole: () => true }),
  };
}

function measureGil(selection: Selection, longest: boolean): Measured {
  const { samples } = selection.profile;
  const { threads, waitedNanos, known } = blameGil(selection);
  if (longest) {
    const nanos = threads.reduce((most, one) => Math.max(most, one.longestHoldNanos), 0);
    return { nanos, whole: 0, measured: known, error: UNKNOWN };
  }
  const weights = samples.wallNanos;
  const waits = (run: number): boolean => waitsForGil(samples, run);
  // Threads that wanted to run: not idle, or kept from it by the GIL.
  const wanted = (run: number): boolean => !isIdle(samples, run) || waits(run);
  return {
    nanos: waitedNanos,
    whole: sumOf(selection, weights, wanted),
    measured: known,
    error: samplingError({ selection, weights, part: waits, whole: wanted }),
  };
}

function sumOf(
  { runs }: Selection,
  weights: ArrayLike<number>,
  counts: (run: number) => boolean,
): number {
  let sum = 0;
  for (const run of runs) if (counts(run)) sum += weights[run]!;
  return sum;
}
