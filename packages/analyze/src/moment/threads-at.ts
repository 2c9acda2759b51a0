// SPDX-License-Identifier: MIT
import type { Selection } from "../select/selection.ts";
import { holdsGil } from "../select/states.ts";

/** What a thread was seen doing at the last tick before a moment. */
export interface ThreadMoment {
  /** Index in `profile.threads`. */
  readonly thread: number;
  /** Its entry of the sample table; `undefined`: not seen then, as it had not begun or had ended. */
  readonly run: number | undefined;
  /** For so long, before the moment and after it, every tick saw the same stack and state. */
  readonly sinceNanos: number;
  readonly untilNanos: number;
}

export interface MomentOfThreads {
  readonly atNanos: number;
  /** By process; the one that holds the GIL first, then in the order of the profile. */
  readonly threads: readonly ThreadMoment[];
}

/**
 * What every thread of the selection did at a moment.
 *
 * @param atNanos from the profile's time zero.
 */
export function threadsAt({ profile, runs }: Selection, atNanos: number): MomentOfThreads {
  const { samples, threads } = profile;
  const selected = new Uint8Array(threads.length);
  const runOf = new Int32Array(threads.length).fill(-1);
  for (const run of runs) {
    const thread = samples.thread[run]!;
    selected[thread] = 1;
    const start = samples.startNanos[run]!;
    if (start <= atNanos && atNanos < start + samples.wallNanos[run]!) runOf[thread] = run;
  }
  const moments = threads.flatMap((_, thread): ThreadMoment[] => {
    if (selected[thread] === 0) return [];
    const run = runOf[thread]!;
    if (run < 0) return [{ thread, run: undefined, sinceNanos: 0, untilNanos: 0 }];
    const start = samples.startNanos[run]!;
    return [
      {
        thread,
        run,
        sinceNanos: atNanos - start,
        untilNanos: start + samples.wallNanos[run]! - atNanos,
      },
    ];
  });
  const rank = ({ run }: ThreadMoment): number =>
    run === undefined ? 2 : Number(!holdsGil(samples, run));
  return {
    atNanos,
    threads: moments.sort(
      (a, b) =>
        threads[a.thread]!.process - threads[b.thread]!.process ||
        rank(a) - rank(b) ||
        a.thread - b.thread,
    ),
  };
}
