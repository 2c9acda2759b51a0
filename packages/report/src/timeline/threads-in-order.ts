// SPDX-License-Identifier: MIT

import type { Selection } from "@pyspy/analyze";

/** A thread of a selection and its runs in the order of time. */
export interface ThreadRuns {
  /** Index in `profile.threads`. */
  readonly thread: number;
  /** Indexes in `profile.samples`. */
  readonly runs: readonly number[];
}

/**
 * The threads of which something is selected: process by process as recorded, the main thread of
 * each first, then by name, numbers in names by their value.
 */
export function threadsInOrder({ profile, runs }: Selection): ThreadRuns[] {
  const { samples, threads } = profile;
  const byThread = new Map<number, number[]>();
  for (const run of runs) {
    const thread = samples.thread[run]!;
    const list = byThread.get(thread);
    if (list === undefined) byThread.set(thread, [run]);
    else list.push(run);
  }
  return [...byThread]
    .map(([thread, list]) => ({
      thread,
      // Blocks of the file may interleave threads, and a merged file recordings.
      runs: list.sort((a, b) => samples.startNanos[a]! - samples.startNanos[b]!),
    }))
    .sort((a, b) => {
      const [left, right] = [threads[a.thread]!, threads[b.thread]!];
      return (
        left.process - right.process ||
        Number(right.main) - Number(left.main) ||
        compareNames(left.name, right.name) ||
        a.thread - b.thread
      );
    });
}

/** "worker-2" before "worker-10". Not a locale's order: that differs from machine to machine. */
function compareNames(left: string, right: string): number {
  const [a, b] = [sortable(left), sortable(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function sortable(name: string): string {
  return name.replace(/\d+/g, (digits) => digits.padStart(12, "0"));
}
