// SPDX-License-Identifier: MIT
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
  readonly #ofInterpreter = new Map<string, Holders>();
  readonly #ofProcess = new Map<number, Holders>();

  constructor(profile: Profile) {
    this.#profile = profile;
    const byInterpreter = new Map<string, number[]>();
    const byProcess = new Map<number, number[]>();
    const { samples, threads } = profile;
    for (let run = 0; run < samples.length; run++) {
      if (!holdsGil(samples, run)) continue;
      const { process } = threads[samples.thread[run]!]!;
      push(byInterpreter, this.#interpreterKey(run), run);
      push(byProcess, process, run);
    }
    for (const [key, runs] of byInterpreter) this.#ofInterpreter.set(key, sorted(profile, runs));
    for (const [key, runs] of byProcess) this.#ofProcess.set(key, sorted(profile, runs));
  }

  /**
   * Divides the time of a run among those who held the GIL meanwhile. What it tells adds up to the
   * run's wall time; no moment is told twice.
   */
  during(run: number, visit: HolderVisitor): void {
    const { samples, threads } = this.#profile;
    const start = samples.startNanos[run]!;
    const end = start + samples.wallNanos[run]!;
    const holders =
      this.#ofInterpreter.get(this.#interpreterKey(run)) ??
      this.#ofProcess.get(threads[samples.thread[run]!]!.process);
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

  #interpreterKey(run: number): string {
    const { samples, threads } = this.#profile;
    const { process, interpreterId } = threads[samples.thread[run]!]!;
    return `${process} ${interpreterId}`;
  }
}

function push<K>(lists: Map<K, number[]>, key: K, run: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [run]);
  else list.push(run);
}

function sorted({ samples }: Profile, unsorted: readonly number[]): Holders {
  const runs = Uint32Array.from(unsorted).sort(
    (a, b) => samples.startNanos[a]! - samples.startNanos[b]! || a - b,
  );
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
