// SPDX-License-Identifier: MIT
import { StateFlag } from "@pyspy/schemas";
import type { Selection, Totals } from "../select/selection.ts";
import { collectsGarbage, holdsGil, inException, isIdle, waitsForGil } from "../select/states.ts";
import { addRuns, emptyTotals } from "../select/totals.ts";
import { LeafTimes } from "./leaf-times.ts";

/** What a thread did with its time, of a selection. Wall nanoseconds where nothing else is said. */
export interface ThreadAccount {
  /** Index in `profile.threads`. */
  readonly thread: number;
  readonly totals: Totals;
  /** The first and the last moment at which it was seen, from the profile's time zero. */
  readonly startNanos: number;
  readonly endNanos: number;
  /** Not idle, by the rule of `isIdle`. */
  readonly activeNanos: number;
  /** False: who holds the GIL was never read of it. */
  readonly gilKnown: boolean;
  readonly gilNanos: number;
  readonly gilWaitNanos: number;
  readonly collectingNanos: number;
  /** With an exception on its way or being handled. */
  readonly exceptionNanos: number;
  /** Index in `profile.functions` of the function with the most time of its own; -1: none. */
  readonly hottest: number;
  readonly hottestNanos: number;
}

/** An account of every thread that has a sample in the selection; by process, then by active time. */
export function accountForThreads({ profile, runs }: Selection): ThreadAccount[] {
  const { samples, threads, stacks, frames } = profile;
  const accounts = threads.map((_, thread) => new OpenAccount(thread));
  const leaves = new LeafTimes(threads.length, profile.functions.length);
  for (const run of runs) {
    const account = accounts[samples.thread[run]!]!;
    const nanos = samples.wallNanos[run]!;
    const startNanos = samples.startNanos[run]!;
    addRuns(account.totals, samples, run);
    account.startNanos = Math.min(account.startNanos, startNanos);
    account.endNanos = Math.max(account.endNanos, startNanos + nanos);
    if (!isIdle(samples, run)) account.activeNanos += nanos;
    if (samples.flags[run]! & StateFlag.STATE_GIL_KNOWN) account.gilKnown = true;
    if (holdsGil(samples, run)) account.gilNanos += nanos;
    if (waitsForGil(samples, run)) account.gilWaitNanos += nanos;
    if (collectsGarbage(samples, run)) account.collectingNanos += nanos;
    if (inException(samples, run)) account.exceptionNanos += nanos;
    const stack = samples.stack[run]!;
    if (stack < 0) continue;
    leaves.add(account.thread, frames.function[stacks.frame[stack]!]!, nanos);
  }
  leaves.forEach((thread, index, nanos) => {
    const account = accounts[thread]!;
    if (nanos <= account.hottestNanos) return;
    account.hottestNanos = nanos;
    account.hottest = index;
  });
  return accounts
    .filter(({ totals }) => totals.runs > 0)
    .sort(
      (a, b) =>
        threads[a.thread]!.process - threads[b.thread]!.process ||
        b.activeNanos - a.activeNanos ||
        a.thread - b.thread,
    );
}

class OpenAccount implements ThreadAccount {
  readonly thread: number;
  readonly totals: ReturnType<typeof emptyTotals> = emptyTotals();
  startNanos: number = Number.POSITIVE_INFINITY;
  endNanos: number = Number.NEGATIVE_INFINITY;
  activeNanos = 0;
  gilKnown = false;
  gilNanos = 0;
  gilWaitNanos = 0;
  collectingNanos = 0;
  exceptionNanos = 0;
  hottest = -1;
  hottestNanos = 0;

  constructor(thread: number) {
    this.thread = thread;
  }
}
