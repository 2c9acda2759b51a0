// SPDX-License-Identifier: MIT
import { HolderIntervals } from "../gil/holder-intervals.ts";
import { PairTable } from "../model/pair-table.ts";
import type { Profile } from "../model/profile.ts";
import type { Selection } from "../select/selection.ts";
import { holdsGil, isIdle, waitsForGil } from "../select/states.ts";
import { commonStack } from "./common-stack.ts";
import type { Stall, StallOptions, Stalls } from "./stall.ts";
import { forEachStretch, type Stretch } from "./stretches.ts";

/**
 * The times in which a thread stayed on one stack, or held the GIL, for long.
 *
 * Ticks are samples: between two of them a function may have returned and been called again. What
 * is certain is that no tick saw anything else.
 */
export function findStalls(selection: Selection, options: StallOptions): Stalls {
  const { profile } = selection;
  const { samples } = profile;
  const { leastNanos, blocked } = options;
  const keys = stackKeys(profile, options.lines);
  const stalls: Stall[] = [];
  const isLong = ({ startNanos, endNanos }: Stretch): boolean =>
    endNanos - startNanos >= leastNanos;

  const stackKey = (run: number): number => {
    if (!blocked && isIdle(samples, run) && !waitsForGil(samples, run)) return -1;
    const stack = samples.stack[run]!;
    return stack < 0 ? -1 : keys[stack]!;
  };
  forEachStretch(selection, stackKey, (stretch) => {
    if (isLong(stretch)) stalls.push(describe(profile, "stack", stretch));
  });
  const holds: Stretch[] = [];
  forEachStretch(
    selection,
    (run) => (holdsGil(samples, run) ? 0 : -1),
    (stretch) => {
      if (isLong(stretch)) holds.push(stretch);
    },
  );
  const blame = blameStretches(profile, holds);
  holds.forEach((stretch, i) => {
    stalls.push({ ...describe(profile, "gil", stretch), blamedNanos: blame[i]! });
  });
  const periodNanos = Math.max(
    0,
    ...profile.recordings.map(({ rateHertz }) => (rateHertz > 0 ? 1e9 / rateHertz : 0)),
  );
  stalls.sort((a, b) => b.durationNanos - a.durationNanos || a.startNanos - b.startNanos);
  return { stalls, periodNanos };
}

/** Gives stacks of the same functions, or lines, the same number. */
function stackKeys({ stacks, frames }: Profile, lines: boolean): Int32Array {
  const places = new PairTable();
  const keys = new PairTable();
  const keyOf = new Int32Array(stacks.length);
  for (let stack = 0; stack < stacks.length; stack++) {
    const frame = stacks.frame[stack]!;
    const place = places.intern(frames.function[frame]!, lines ? frames.line[frame]! : 0);
    const parent = stacks.parent[stack]!;
    keyOf[stack] = keys.intern(parent < 0 ? -1 : keyOf[parent]!, place);
  }
  return keyOf;
}

function describe(profile: Profile, kind: Stall["kind"], stretch: Stretch): Stall {
  const { samples } = profile;
  const { thread, startNanos, endNanos, runs } = stretch;
  let [ticks, wall, cpuNanos, idle, gil, gilWait] = [0, 0, 0, 0, 0, 0];
  for (const run of runs) {
    const nanos = samples.wallNanos[run]!;
    ticks += samples.ticks[run]!;
    wall += nanos;
    cpuNanos += samples.cpuNanos[run]!;
    if (isIdle(samples, run)) idle += nanos;
    if (holdsGil(samples, run)) gil += nanos;
    if (waitsForGil(samples, run)) gilWait += nanos;
  }
  const share = (part: number): number => (wall > 0 ? part / wall : 0);
  return {
    kind,
    thread,
    startNanos,
    durationNanos: endNanos - startNanos,
    samples: ticks,
    stack: commonStack(profile, runs),
    cpuNanos,
    idleShare: share(idle),
    gilShare: share(gil),
    gilWaitShare: share(gilWait),
    blamedNanos: 0,
  };
}

/** How long threads waited in each of these times of holding; the waits are all that were recorded. */
function blameStretches(profile: Profile, holds: readonly Stretch[]): Float64Array {
  const blame = new Float64Array(holds.length);
  if (holds.length === 0) return blame;
  const { samples } = profile;
  const holdOf = new Map<number, number>();
  holds.forEach(({ runs }, i) => {
    for (const run of runs) holdOf.set(run, i);
  });
  const holders = new HolderIntervals(profile);
  for (let run = 0; run < samples.length; run++) {
    if (!waitsForGil(samples, run)) continue;
    holders.during(run, (holder, nanos) => {
      const hold = holdOf.get(holder);
      if (hold !== undefined) blame[hold]! += nanos;
    });
  }
  return blame;
}
