// SPDX-License-Identifier: MIT
import { GrowableInt32 } from "../model/growable.ts";
import type { Profile } from "../model/profile.ts";
import { holdsGil } from "../select/states.ts";

/** The runs of one GIL in which it was held, in the order of time. */
interface Holders {
  readonly runs: Uint32Array;
  /** Start of runs[i]. */
  readonly starts: Float64Array;
  /** The latest end of runs[0..i]: two holders may be seen at one tick, as threads are read in turn. */
  readonly latestEnds: Float64Array;
}

/** Told of a stretch of time, and of the run in which the GIL was held; -1: by nobody that was seen. */
export type HolderVisitor = (run: number, nanos: number) => void;

/**
 * Answers who held the GIL at a time. An interpreter of which a thread was ever seen with the GIL is
 * taken to have its own (PEP 684); the waits of others are those for their process's.
 */
export class HolderIntervals {
  readonly #profile: Profile;
  /** Index in #holders, of every thread; -1: nobody was ever seen with its GIL. */
  readonly #gilOfThread: Int32Array;
  readonly #holders: readonly Holders[];

  constructor(profile: Profile) {
    this.#profile = profile;
    const { threads, samples } = profile;
    const interpreters = indexBy(threads, (one) => `${one.process} ${one.interpreterId}`);
    const processes = indexBy(threads, (one) => `${one.process}`);
    const ofInterpreter = new RunLists();
    const ofProcess = new RunLists();
    for (let run = 0; run < samples.length; run++) {
      if (!holdsGil(samples, run)) continue;
      const thread = samples.thread[run]!;
      ofInterpreter.add(interpreters[thread]!, run);
      ofProcess.add(processes[thread]!, run);
    }
    const holders: Holders[] = [];
    const add = (runs: Int32Array): number => holders.push(sorted(profile, runs)) - 1;
    const gilOfInterpreter = ofInterpreter.map(add);
    // Mostly a process has one interpreter, whose GIL is that of the process: no need to sort twice.
    const gilOfProcess = ofProcess.map((runs) => {
      const first = interpreters[samples.thread[runs[0]!]!]!;
      const alone = ofInterpreter.length(first) === runs.length;
      return alone ? gilOfInterpreter.get(first)! : add(runs);
    });
    this.#gilOfThread = Int32Array.from(
      threads,
      (_, thread) =>
        gilOfInterpreter.get(interpreters[thread]!) ?? gilOfProcess.get(processes[thread]!) ?? -1,
    );
    this.#holders = holders;
  }

  /**
   * Divides the time of a run among those who held the GIL meanwhile. What it tells adds up to the
   * run's wall time; no moment is told twice.
   */
  during(run: number, visit: HolderVisitor): void {
    const { samples } = this.#profile;
    const start = samples.startNanos[run]!;
    const end = start + samples.wallNanos[run]!;
    const holders = this.#holders[this.#gilOfThread[samples.thread[run]!]!];
    let at = start;
    if (holders !== undefined) {
      for (let i = firstEndingAfter(holders, start); i < holders.runs.length; i++) {
        if (holders.starts[i]! >= end) break;
        const holder = holders.runs[i]!;
        const from = Math.max(holders.starts[i]!, at);
        const until = Math.min(holders.starts[i]! + samples.wallNanos[holder]!, end);
        if (until <= from) continue;
        if (from > at) visit(-1, from - at);
        visit(holder, until - from);
        at = until;
      }
    }
    if (at < end) visit(-1, end - at);
  }
}

/** Numbers for texts: equal texts, equal numbers. */
function indexBy<T>(items: readonly T[], text: (item: T) => string): Int32Array {
  const indexes = new Map<string, number>();
  return Int32Array.from(items, (item) => {
    const key = text(item);
    const known = indexes.get(key) ?? indexes.size;
    indexes.set(key, known);
    return known;
  });
}

/** Lists of runs by a number. */
class RunLists {
  readonly #lists = new Map<number, GrowableInt32>();

  add(key: number, run: number): void {
    let list = this.#lists.get(key);
    if (list === undefined) {
      list = new GrowableInt32();
      this.#lists.set(key, list);
    }
    list.push(run);
  }

  length(key: number): number {
    return this.#lists.get(key)?.length ?? 0;
  }

  map<U>(change: (runs: Int32Array) => U): Map<number, U> {
    return new Map([...this.#lists].map(([key, list]) => [key, change(list.view())]));
  }
}

function sorted({ samples }: Profile, unsorted: Int32Array): Holders {
  const { startNanos } = samples;
  const runs = Uint32Array.from(unsorted).sort((a, b) => startNanos[a]! - startNanos[b]! || a - b);
  const starts = Float64Array.from(runs, (run) => samples.startNanos[run]!);
  const latestEnds = new Float64Array(runs.length);
  let latest = Number.NEGATIVE_INFINITY;
  runs.forEach((run, i) => {
    latest = Math.max(latest, starts[i]! + samples.wallNanos[run]!);
    latestEnds[i] = latest;
  });
  return { runs, starts, latestEnds };
}

/** Index of the first holder before which all have ended at a time. */
function firstEndingAfter({ latestEnds }: Holders, nanos: number): number {
  let [low, high] = [0, latestEnds.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (latestEnds[middle]! > nanos) high = middle;
    else low = middle + 1;
  }
  return low;
}
