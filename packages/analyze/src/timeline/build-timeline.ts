// SPDX-License-Identifier: MIT
import { GrowableFloat64 } from "../model/growable.ts";
import { PairTable } from "../model/pair-table.ts";
import type { Selection } from "../select/selection.ts";
import { holdsGil, isIdle, waitsForGil } from "../select/states.ts";
import type { Timeline, TimelinePart } from "./timeline.ts";

/** More parts than this are no overview, and a wrong step should not take all memory. */
export const MAX_TIMELINE_PARTS = 100_000;

export interface TimelineOptions {
  readonly stepNanos: number;
  /** The hottest function may be one in which threads were idle. */
  readonly idleFunctions: boolean;
}

/**
 * What the threads of a selection did over time.
 *
 * A run is divided among the parts that it reaches into by time, its CPU time too. So the parts add
 * up to the selection.
 *
 * @throws RangeError for a step that is not positive, or gives more than `MAX_TIMELINE_PARTS`.
 */
export function buildTimeline(selection: Selection, options: TimelineOptions): Timeline {
  const { stepNanos, idleFunctions } = options;
  const { profile, runs } = selection;
  const { samples, stacks, frames } = profile;
  const { startNanos, endNanos } = selectedSpan(selection);
  const count = Math.ceil((endNanos - startNanos) / stepNanos);
  if (!(stepNanos > 0) || count > MAX_TIMELINE_PARTS) {
    throw new RangeError(`a timeline of ${count} parts`);
  }
  const sums = new TimelineSums(count);
  for (const run of runs) {
    const stack = samples.stack[run]!;
    const leaf = stack < 0 ? -1 : frames.function[stacks.frame[stack]!]!;
    const start = samples.startNanos[run]! - startNanos;
    const wall = samples.wallNanos[run]!;
    const cpuShare = wall > 0 ? samples.cpuNanos[run]! / wall : 0;
    const [active, held, waits] = [
      !isIdle(samples, run),
      holdsGil(samples, run),
      waitsForGil(samples, run),
    ];
    for (let at = start, left = wall; left > 0; ) {
      const part = Math.min(Math.floor(at / stepNanos), count - 1);
      const room = (part + 1) * stepNanos - at;
      const nanos = part === count - 1 || room >= left ? left : room;
      sums.wall[part]! += nanos;
      sums.cpu[part]! += nanos * cpuShare;
      if (active) sums.active[part]! += nanos;
      if (held) sums.gil[part]! += nanos;
      if (waits) sums.gilWait[part]! += nanos;
      if (leaf >= 0 && (active || idleFunctions)) sums.addFunction(part, leaf, nanos);
      at += nanos;
      left -= nanos;
    }
  }
  return { stepNanos, parts: sums.parts(startNanos, endNanos, stepNanos) };
}

class TimelineSums {
  readonly wall: Float64Array;
  readonly active: Float64Array;
  readonly cpu: Float64Array;
  readonly gil: Float64Array;
  readonly gilWait: Float64Array;
  /** (part, function) */
  readonly #cells = new PairTable();
  readonly #nanos = new GrowableFloat64();

  constructor(count: number) {
    this.wall = new Float64Array(count);
    this.active = new Float64Array(count);
    this.cpu = new Float64Array(count);
    this.gil = new Float64Array(count);
    this.gilWait = new Float64Array(count);
  }

  addFunction(part: number, index: number, nanos: number): void {
    const cell = this.#cells.intern(part, index);
    if (cell === this.#nanos.length) this.#nanos.push(0);
    this.#nanos.values[cell]! += nanos;
  }

  parts(startNanos: number, endNanos: number, stepNanos: number): TimelinePart[] {
    const hottest = new Int32Array(this.wall.length).fill(-1);
    const hottestNanos = new Float64Array(this.wall.length);
    this.#nanos.view().forEach((nanos, cell) => {
      const part = this.#cells.first.values[cell]!;
      if (nanos <= hottestNanos[part]!) return;
      hottestNanos[part] = nanos;
      hottest[part] = this.#cells.second.values[cell]!;
    });
    return Array.from(this.wall, (wallNanos, part) => ({
      startNanos: startNanos + part * stepNanos,
      durationNanos: Math.min(stepNanos, endNanos - startNanos - part * stepNanos),
      wallNanos,
      activeNanos: this.active[part]!,
      cpuNanos: this.cpu[part]!,
      gilNanos: this.gil[part]!,
      gilWaitNanos: this.gilWait[part]!,
      hottest: hottest[part]!,
      hottestNanos: hottestNanos[part]!,
    }));
  }
}

/** From the first to the last moment of a selection, in nanoseconds from the profile's time zero. */
export function selectedSpan({ profile, runs }: Selection): {
  readonly startNanos: number;
  readonly endNanos: number;
} {
  const { samples } = profile;
  let [startNanos, endNanos] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const run of runs) {
    const start = samples.startNanos[run]!;
    if (start < startNanos) startNanos = start;
    const end = start + samples.wallNanos[run]!;
    if (end > endNanos) endNanos = end;
  }
  return runs.length === 0 ? { startNanos: 0, endNanos: 0 } : { startNanos, endNanos };
}
