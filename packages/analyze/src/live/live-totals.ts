// SPDX-License-Identifier: MIT
import { StateFlag } from "@pyspy/schemas";
import type { FrameLabel } from "../model/call-tree.ts";
import type { Profile } from "../model/profile.ts";
import { holdsGil, isIdle } from "../select/states.ts";
import { hottest } from "../tree/hottest.ts";
import { processLabel, threadLabel } from "../tree/root-groups.ts";
import { selectView, type View } from "../view/select-view.ts";

/** What a row of a live table is. */
export type LiveUnit = "function" | "line" | "thread" | "process";

/** What one row took: wall time, in nanoseconds. Of a thread or process, self is its time not idle. */
export interface LiveRow {
  readonly label: FrameLabel;
  /** In the time that counts as now. */
  readonly selfNow: number;
  readonly totalNow: number;
  /** Since the totals began. */
  readonly self: number;
  readonly total: number;
}

/** All threads together, in a stretch of time. */
export interface LivePoint {
  readonly elapsedNanos: number;
  /** Time in which a thread held the GIL, and time of threads that were not idle. */
  readonly gilNanos: number;
  readonly activeNanos: number;
  readonly cpuNanos: number;
  readonly ticks: number;
  readonly samples: number;
  readonly unstable: number;
}

/** What is known of the processes besides their rows. */
export interface LiveStatus {
  readonly now: LivePoint;
  readonly all: LivePoint;
  /** A point a window, the oldest first. */
  readonly history: readonly LivePoint[];
  /** Seen in the last window. */
  readonly threads: number;
  readonly processes: number;
}

interface MutableRow {
  readonly label: FrameLabel;
  selfNow: number;
  totalNow: number;
  self: number;
  total: number;
}

interface RowPart {
  readonly row: MutableRow;
  readonly self: number;
  readonly total: number;
}

interface RecentWindow {
  readonly point: LivePoint;
  readonly parts: readonly RowPart[];
}

const UNITS: readonly LiveUnit[] = ["function", "line", "thread", "process"];
/** What counts as now. */
const NOW_NANOS = 1e9;
const MOST_HISTORY = 600;

/** Adds up the windows of a live stream: all of them, and those of the last second. */
export class LiveTotals {
  readonly #view: View;
  readonly #rows: Readonly<Record<LiveUnit, Map<string, MutableRow>>> = {
    function: new Map(),
    line: new Map(),
    thread: new Map(),
    process: new Map(),
  };
  #recent: RecentWindow[] = [];
  #history: LivePoint[] = [];
  #all: LivePoint = NOTHING;
  #threads = 0;
  #processes = 0;

  /** @param view which observations rows are made of; the status is of all threads. */
  constructor(view: View) {
    this.#view = view;
  }

  /** Takes the next window of a stream. */
  add(profile: Profile): void {
    const point = pointOf(profile);
    const parts = UNITS.flatMap((unit) => this.#partsOf(profile, unit));
    for (const { row, self, total } of parts) {
      row.self += self;
      row.total += total;
      row.selfNow += self;
      row.totalNow += total;
    }
    this.#recent.push({ point, parts });
    this.#all = sum(this.#all, point);
    this.#history.push(point);
    if (this.#history.length > MOST_HISTORY) this.#history.shift();
    this.#forgetOld();
    this.#threads = new Set(profile.samples.thread).size;
    this.#processes = new Set(
      [...new Set(profile.samples.thread)].map((thread) => profile.threads[thread]!.process),
    ).size;
  }

  /** Since the totals began. */
  get elapsedNanos(): number {
    return this.#all.elapsedNanos;
  }

  status(): LiveStatus {
    return {
      now: this.#recent.reduce((all, { point }) => sum(all, point), NOTHING),
      all: this.#all,
      history: [...this.#history],
      threads: this.#threads,
      processes: this.#processes,
    };
  }

  /** As they are now, in no order. */
  rows(unit: LiveUnit): LiveRow[] {
    return [...this.#rows[unit].values()].map((row) => ({ ...row }));
  }

  #forgetOld(): void {
    let kept = this.#recent.reduce((nanos, { point }) => nanos + point.elapsedNanos, 0);
    while (this.#recent.length > 1 && kept - this.#recent[0]!.point.elapsedNanos >= NOW_NANOS) {
      const { point, parts } = this.#recent.shift()!;
      kept -= point.elapsedNanos;
      for (const { row, self, total } of parts) {
        // Sums of floating point: what is left of nothing is nothing.
        row.selfNow = Math.max(0, row.selfNow - self);
        row.totalNow = Math.max(0, row.totalNow - total);
      }
    }
  }

  #partsOf(profile: Profile, unit: LiveUnit): RowPart[] {
    const rows = this.#rows[unit];
    const part = (label: FrameLabel, key: string, self: number, total: number): RowPart => {
      let row = rows.get(key);
      if (row === undefined) {
        row = { label, selfNow: 0, totalNow: 0, self: 0, total: 0 };
        rows.set(key, row);
      }
      return { row, self, total };
    };
    if (unit === "thread" || unit === "process") {
      return [...accounts(profile, this.#view, unit)].map(([key, { label, self, total }]) =>
        part(label, key, self, total),
      );
    }
    const selection = selectView(profile, this.#view);
    return hottest(selection, { lines: unit === "line" }).map(({ label, self, total }) =>
      part(label, `${label.kind} ${label.line} ${label.name}\0${label.file}`, self, total),
    );
  }
}

const NOTHING: LivePoint = {
  elapsedNanos: 0,
  gilNanos: 0,
  activeNanos: 0,
  cpuNanos: 0,
  ticks: 0,
  samples: 0,
  unstable: 0,
};

function sum(a: LivePoint, b: LivePoint): LivePoint {
  return {
    elapsedNanos: a.elapsedNanos + b.elapsedNanos,
    gilNanos: a.gilNanos + b.gilNanos,
    activeNanos: a.activeNanos + b.activeNanos,
    cpuNanos: a.cpuNanos + b.cpuNanos,
    ticks: a.ticks + b.ticks,
    samples: a.samples + b.samples,
    unstable: a.unstable + b.unstable,
  };
}

function pointOf({ samples, recordings }: Profile): LivePoint {
  const point = { ...NOTHING } as { -readonly [K in keyof LivePoint]: LivePoint[K] };
  for (const { ticks } of recordings) {
    point.ticks += ticks.length;
    for (let tick = 0; tick < ticks.length; tick++) point.elapsedNanos += ticks.wallNanos[tick]!;
  }
  for (let run = 0; run < samples.length; run++) {
    const wallNanos = samples.wallNanos[run]!;
    if (holdsGil(samples, run)) point.gilNanos += wallNanos;
    if (!isIdle(samples, run)) point.activeNanos += wallNanos;
    point.cpuNanos += samples.cpuNanos[run]!;
    point.samples += samples.ticks[run]!;
    if (samples.flags[run]! & StateFlag.STATE_UNSTABLE) point.unstable += samples.ticks[run]!;
  }
  return point;
}

/** Each thread, or process, with its time that was not idle, and all of it. */
function accounts(
  profile: Profile,
  view: View,
  unit: "thread" | "process",
): Map<string, { label: FrameLabel; self: number; total: number }> {
  const all = new Map<string, { label: FrameLabel; self: number; total: number }>();
  // Idle threads are rows too: that they are is what the table is to say.
  const { runs, profile: selected } = selectView(profile, { ...view, idle: true });
  const { samples, threads, processes } = selected;
  for (const run of runs) {
    const thread = threads[samples.thread[run]!]!;
    const process = processes[thread.process]!;
    const key = `${process.pid} ${process.startBootNanos}`;
    const own = unit === "thread" ? `${key} ${thread.tid} ${thread.pythonThreadId}` : key;
    let account = all.get(own);
    if (account === undefined) {
      const label = unit === "thread" ? threadLabel(thread) : processLabel(process);
      account = { label, self: 0, total: 0 };
      all.set(own, account);
    }
    account.total += samples.wallNanos[run]!;
    if (!isIdle(samples, run)) account.self += samples.wallNanos[run]!;
  }
  return all;
}
