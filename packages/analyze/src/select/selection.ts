// SPDX-License-Identifier: MIT
import type { Profile } from "../model/profile.ts";

/** Runs of a profile added up. */
export interface Totals {
  /** Entries of the sample table. */
  readonly runs: number;
  /** Observations: the ticks of the runs. */
  readonly samples: number;
  readonly wallNanos: number;
  readonly cpuNanos: number;
}

/** What one filter did. */
export interface FilterStep {
  /** Names the filter: "idle", "gil", "thread", "process", "no-stack", or one of the caller's. */
  readonly name: string;
  /** What it removed, in words: "threads that were not runnable". */
  readonly removes: string;
  readonly dropped: Totals;
}

/** What one change of frames did to the observations that are left. */
export interface EditNote {
  /** Names the change: "hide", "fold", "recursion". */
  readonly name: string;
  /** What it does, in words: "frames that match /x/ are hidden". */
  readonly does: string;
  /** The observations whose stacks it changed. */
  readonly changed: Totals;
}

/**
 * Some runs of a profile, and the account of what became of the others. A selection never changes;
 * a filter makes a new one.
 */
export interface Selection {
  /** What was recorded, whole and unchanged. */
  readonly recorded: Profile;
  /**
   * What was recorded as this selection looks at it: filters of time may cut its samples, filters of
   * frames replace its functions, frames and stacks, rule packs give its processes roles. All else is that
   * of `recorded`; processes and threads have the same indexes.
   */
  readonly profile: Profile;
  /** Indexes in `profile.samples`, ascending. */
  readonly runs: Uint32Array;
  readonly totals: Totals;
  /** The filters that led here, in their order. */
  readonly steps: readonly FilterStep[];
  /** The changes of frames, in their order. */
  readonly edits: readonly EditNote[];
}

/** Neither profiles nor selections change, and every view begins with all of its profile. */
const whole = new WeakMap<Profile, Selection>();

/** Everything that was recorded. */
export function selectAll(profile: Profile): Selection {
  const known = whole.get(profile);
  if (known !== undefined) return known;
  const selection = selectRuns(profile);
  whole.set(profile, selection);
  return selection;
}

function selectRuns(profile: Profile): Selection {
  const runs = new Uint32Array(profile.samples.length);
  for (let run = 0; run < runs.length; run++) runs[run] = run;
  return {
    recorded: profile,
    profile,
    runs,
    totals: totalsOf(profile, runs),
    steps: [],
    edits: [],
  };
}

/**
 * Keeps the runs for which `keep` holds, and writes down what it drops.
 *
 * @param keep is called once for every run, with its index in `profile.samples`.
 */
export function filterRuns(
  selection: Selection,
  step: Pick<FilterStep, "name" | "removes">,
  keep: (run: number) => boolean,
): Selection {
  const { profile, totals: before } = selection;
  const { samples } = profile;
  const kept = new Uint32Array(selection.runs.length);
  let length = 0;
  let [ticks, wallNanos, cpuNanos] = [0, 0, 0];
  for (const run of selection.runs) {
    if (!keep(run)) continue;
    kept[length++] = run;
    ticks += samples.ticks[run]!;
    wallNanos += samples.wallNanos[run]!;
    cpuNanos += samples.cpuNanos[run]!;
  }
  const runs = kept.slice(0, length);
  const totals: Totals = { runs: length, samples: ticks, wallNanos, cpuNanos };
  const dropped: Totals = {
    runs: before.runs - length,
    samples: before.samples - ticks,
    wallNanos: before.wallNanos - wallNanos,
    cpuNanos: before.cpuNanos - cpuNanos,
  };
  const steps = [...selection.steps, { ...step, dropped }];
  return { ...selection, runs, totals, steps };
}

/** What runs of a profile add up to. */
export function totalsOf({ samples }: Profile, runs: Uint32Array): Totals {
  let [ticks, wallNanos, cpuNanos] = [0, 0, 0];
  for (const run of runs) {
    ticks += samples.ticks[run]!;
    wallNanos += samples.wallNanos[run]!;
    cpuNanos += samples.cpuNanos[run]!;
  }
  return { runs: runs.length, samples: ticks, wallNanos, cpuNanos };
}
