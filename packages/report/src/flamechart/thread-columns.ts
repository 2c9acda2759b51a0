// SPDX-License-Identifier: MIT

import { holdsGil, isIdle, isOnCpu, type Profile, waitsForGil } from "@pyspy/analyze";
import type { RecordedClock } from "../timeline/recorded-clock.ts";

/** What a thread does, as a lane shows it; the first that is true counts. */
export const THREAD_STATES = ["gil", "gil-wait", "running", "idle", "unknown"] as const;
export type LaneState = (typeof THREAD_STATES)[number];

/** A thread, cut into columns of equal time. */
export interface ThreadColumns {
  /** Index in `THREAD_STATES` of the state that took most of each column; -1: not seen in it. */
  readonly state: Int8Array;
  /** Index in `profile.stacks` of the stack that took most of what was selected; -1: none. */
  readonly stack: Int32Array;
}

/** Cuts a run into columns. */
export interface ColumnGrid {
  readonly clock: RecordedClock;
  readonly count: number;
}

/**
 * What took most of each column. A picture has some thousand of them, and a recording more ticks:
 * where several things share a column, the largest stands for it.
 *
 * @param runs of one thread, all of them; states are shown also of what was not selected.
 * @param isSelected whether a run's stack counts.
 */
export function threadColumns(
  profile: Profile,
  runs: readonly number[],
  isSelected: (run: number) => boolean,
  grid: ColumnGrid,
): ThreadColumns {
  const { samples } = profile;
  const states = Array.from({ length: grid.count }, () => new Float64Array(THREAD_STATES.length));
  const stacks = Array.from({ length: grid.count }, () => new Map<number, number>());
  const width = grid.clock.length / grid.count;
  for (const run of runs) {
    const from = grid.clock.at(samples.startNanos[run]!);
    const to = grid.clock.at(samples.startNanos[run]! + samples.wallNanos[run]!);
    const state = THREAD_STATES.indexOf(stateOf(profile, run));
    const stack = isSelected(run) ? samples.stack[run]! : -1;
    const last = Math.min(Math.floor(to / width), grid.count - 1);
    for (let column = Math.floor(from / width); column <= last; column++) {
      const time = Math.min(to, (column + 1) * width) - Math.max(from, column * width);
      if (!(time > 0)) continue;
      states[column]![state]! += time;
      if (stack >= 0) stacks[column]!.set(stack, (stacks[column]!.get(stack) ?? 0) + time);
    }
  }
  return {
    state: Int8Array.from(states, (times) => largest(times)),
    stack: Int32Array.from(stacks, (times) => largestKey(times)),
  };
}

function stateOf({ samples }: Profile, run: number): LaneState {
  if (holdsGil(samples, run)) return "gil";
  if (waitsForGil(samples, run)) return "gil-wait";
  if (isOnCpu(samples, run)) return "running";
  return isIdle(samples, run) ? "idle" : "unknown";
}

function largest(times: Float64Array): number {
  let best = -1;
  times.forEach((time, index) => {
    if (time > 0 && (best < 0 || time > times[best]!)) best = index;
  });
  return best;
}

function largestKey(times: ReadonlyMap<number, number>): number {
  let best = -1;
  let most = 0;
  for (const [key, time] of times) {
    if (time <= most) continue;
    best = key;
    most = time;
  }
  return best;
}
