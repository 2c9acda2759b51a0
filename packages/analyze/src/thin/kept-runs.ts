// SPDX-License-Identifier: MIT
import type { Profile } from "../model/profile.ts";
import { firstTickFrom } from "../model/tick-columns.ts";

const RUNNABLE = "R".charCodeAt(0);

/** Runs of one recording at some of its ticks: columns, grouped by thread, in the order of time. */
export interface KeptRuns {
  readonly length: number;
  /** Threads that have runs, with the end of theirs; the first begins at 0. */
  readonly threads: readonly { readonly thread: number; readonly end: number }[];
  /** Index in `profile.samples` of the run that it comes from. */
  readonly run: Uint32Array;
  /** First and last kept tick. */
  readonly first: Uint32Array;
  readonly last: Uint32Array;
  /** What the run stands for, nanoseconds. */
  readonly cpuNanos: Float64Array;
}

/**
 * What threads were seen doing at every n-th tick of a recording.
 *
 * CPU time is taken from the ticks that are kept, and counts n times: the sum is right on average, not
 * exactly, and belongs to the stacks that used it.
 */
export function keepRuns(profile: Profile, recording: number, every: number): KeptRuns {
  const { samples, firstRuns, threads } = profile;
  const { ticks } = profile.recordings[recording]!;
  const [begin, end] = [firstRuns[recording]!, firstRuns[recording + 1]!];
  const firstTick = new Uint32Array(end - begin);
  const counts = new Uint32Array(threads.length);
  const keptOf = (run: number): readonly [number, number] => {
    const tick = firstTick[run - begin]!;
    return [Math.ceil(tick / every), Math.floor((tick + samples.ticks[run]! - 1) / every)];
  };
  for (let run = begin; run < end; run++) {
    firstTick[run - begin] = firstTickFrom(ticks, samples.startNanos[run]!);
    const [first, last] = keptOf(run);
    if (first <= last) counts[samples.thread[run]!]!++;
  }
  const next = new Uint32Array(threads.length);
  let sum = 0;
  for (let thread = 0; thread < threads.length; thread++) {
    next[thread] = sum;
    sum += counts[thread]!;
  }
  const kept = {
    run: new Uint32Array(sum),
    first: new Uint32Array(sum),
    last: new Uint32Array(sum),
    cpuNanos: new Float64Array(sum),
  };
  for (let run = begin; run < end; run++) {
    const [first, last] = keptOf(run);
    if (first > last) continue;
    const at = next[samples.thread[run]!]!++;
    kept.run[at] = run;
    kept.first[at] = first;
    kept.last[at] = last;
    kept.cpuNanos[at] = (samples.cpuNanos[run]! * (last - first + 1) * every) / samples.ticks[run]!;
  }
  const owners = threads.flatMap((_, thread) =>
    counts[thread]! > 0 ? [{ thread, end: next[thread]! }] : [],
  );
  const runs = { length: sum, threads: owners, ...kept };
  takeCreditBack(runs, profile, (tick) => ticks.nanos[tick * every]!);
  return runs;
}

/**
 * Readers give CPU time of a blocked run to the running one before it, as much as fits between their ticks (see
 * `BlockedCpu`). Of what is left there in a profile that was done already: it is added, so that it comes off again.
 */
function takeCreditBack(
  { threads, run, first, last, cpuNanos }: KeptRuns,
  { samples: { osState } }: Profile,
  nanosOf: (tick: number) => number,
): void {
  let begin = 0;
  for (const { end } of threads) {
    for (let at = begin + 1; at < end; at++) {
      const [before, own] = [osState[run[at - 1]!], osState[run[at]!]];
      const follows = last[at - 1]! + 1 === first[at];
      if (cpuNanos[at] === 0 || !follows || before !== RUNNABLE) continue;
      if (own === RUNNABLE || own === 0) continue;
      const credit = Math.min(nanosOf(first[at]!) - nanosOf(last[at - 1]!), cpuNanos[at - 1]!);
      cpuNanos[at - 1]! -= credit;
      cpuNanos[at]! += credit;
    }
    begin = end;
  }
}
