// SPDX-License-Identifier: MIT

import type { Profile, SampleTable, TickTable } from "../model/profile.ts";
import { firstTickFrom } from "../model/tick-columns.ts";
import type { TimeRange } from "../time/time-range.ts";
import { type FilterStep, type Selection, totalsOf } from "./selection.ts";

/**
 * Keeps the observations whose tick is in the range. A run that reaches across an end of it is cut: its
 * ticks and their wall time are those within, its CPU time is shared out by ticks. So two ranges next to
 * each other hold together what one over both of them holds.
 *
 * @param removes says what goes: "samples before 10s".
 */
export function filterTime(selection: Selection, removes: string, range: TimeRange): Selection {
  const { profile, totals: before } = selection;
  const cutter = new RunCutter(profile, range);
  const kept = new Uint32Array(selection.runs.length);
  const cuts: CutRun[] = [];
  let length = 0;
  let recording = 0;
  for (const run of selection.runs) {
    while (run >= profile.firstRuns[recording + 1]!) recording++;
    const fit = cutter.fit(run, recording);
    if (fit === OUTSIDE) continue;
    if (fit !== INSIDE) cuts.push({ ...fit, at: length });
    kept[length++] = run;
  }
  const runs = kept.slice(0, length);
  const cut = cuts.length === 0 ? { ...selection, runs } : withCuts(selection, runs, cuts);
  const totals = totalsOf(cut.profile, cut.runs);
  const dropped: FilterStep["dropped"] = {
    runs: before.runs - totals.runs,
    samples: before.samples - totals.samples,
    wallNanos: before.wallNanos - totals.wallNanos,
    cpuNanos: before.cpuNanos - totals.cpuNanos,
  };
  return { ...cut, totals, steps: [...selection.steps, { name: "time", removes, dropped }] };
}

const INSIDE = "inside";
const OUTSIDE = "outside";

interface Cut {
  readonly ticks: number;
  readonly startNanos: number;
  readonly wallNanos: number;
  readonly cpuNanos: number;
}

interface CutRun extends Cut {
  /** Index in the runs that are kept. */
  readonly at: number;
}

/** Says what of a run is in a range. */
class RunCutter {
  readonly #profile: Profile;
  readonly #range: TimeRange;

  constructor(profile: Profile, range: TimeRange) {
    this.#profile = profile;
    this.#range = range;
  }

  fit(run: number, recording: number): Cut | typeof INSIDE | typeof OUTSIDE {
    const { samples, recordings } = this.#profile;
    const { fromNanos, toNanos } = this.#range;
    const start = samples.startNanos[run]!;
    if (start >= toNanos) return OUTSIDE;
    if (samples.ticks[run] === 1) return start >= fromNanos ? INSIDE : OUTSIDE;
    const { ticks, unobservedNanos } = recordings[recording]!;
    // Its last tick is not later than this; only near the ends of the range is more to be known.
    const latest = start + samples.wallNanos[run]! + unobservedNanos;
    if (latest < fromNanos) return OUTSIDE;
    if (start >= fromNanos && latest < toNanos) return INSIDE;
    return this.#cut(run, ticks);
  }

  #cut(run: number, ticks: TickTable): Cut | typeof INSIDE | typeof OUTSIDE {
    const { samples } = this.#profile;
    const count = samples.ticks[run]!;
    const first = firstTickFrom(ticks, samples.startNanos[run]!);
    const end = first + count;
    const from = Math.max(first, firstTickFrom(ticks, this.#range.fromNanos));
    const to = Math.min(end, firstTickFrom(ticks, this.#range.toNanos));
    if (from >= to) return OUTSIDE;
    if (from === first && to === end) return INSIDE;
    let wallNanos = 0;
    for (let tick = from; tick < to; tick++) wallNanos += ticks.wallNanos[tick]!;
    const cpu = samples.cpuNanos[run]!;
    const cpuUntil = (tick: number): number => Math.floor((cpu * (tick - first)) / count);
    return {
      ticks: to - from,
      startNanos: ticks.nanos[from]!,
      wallNanos,
      cpuNanos: (to === end ? cpu : cpuUntil(to)) - cpuUntil(from),
    };
  }
}

/** The selection with samples of its own: those that are kept, some of them cut. */
function withCuts(
  selection: Selection,
  runs: Uint32Array,
  cuts: readonly CutRun[],
): Pick<Selection, "recorded" | "profile" | "runs" | "steps" | "edits" | "totals"> {
  const { profile } = selection;
  const samples = pick(profile.samples, runs);
  for (const { at, ticks, startNanos, wallNanos, cpuNanos } of cuts) {
    samples.ticks[at] = ticks;
    samples.startNanos[at] = startNanos;
    samples.wallNanos[at] = wallNanos;
    samples.cpuNanos[at] = cpuNanos;
  }
  const firstRuns = profile.firstRuns.map((first) => lowerBound(runs, first));
  const all = Uint32Array.from({ length: runs.length }, (_, run) => run);
  return { ...selection, profile: { ...profile, samples, firstRuns }, runs: all };
}

/** The entries of a table, in all of its columns. */
function pick(samples: SampleTable, runs: Uint32Array): SampleTable {
  const columns = Object.entries(samples).map(([name, column]) => {
    if (typeof column === "number") return [name, runs.length];
    const picked = new column.constructor(runs.length);
    for (let i = 0; i < runs.length; i++) picked[i] = column[runs[i]!];
    return [name, picked];
  });
  return Object.fromEntries(columns);
}

function lowerBound(sorted: Uint32Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
