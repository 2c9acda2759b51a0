// SPDX-License-Identifier: MIT
import { StateFlag } from "@pyspy/schemas";
import type { Profile } from "../model/profile.ts";
import { holdsGil, isIdle } from "../select/states.ts";
import { addRuns, emptyTotals } from "../select/totals.ts";
import type { ThreadSummary } from "./summary.ts";

export function summarizeThreads(profile: Profile): ThreadSummary[] {
  const { samples, threads, processes } = profile;
  const totals = threads.map(emptyTotals);
  const idleNanos = new Float64Array(threads.length);
  const gilNanos = new Float64Array(threads.length);
  const gilKnown = new Uint8Array(threads.length);
  for (let run = 0; run < samples.length; run++) {
    const thread = samples.thread[run]!;
    const wall = samples.wallNanos[run]!;
    addRuns(totals[thread]!, samples, run);
    if (isIdle(samples, run)) idleNanos[thread]! += wall;
    if (holdsGil(samples, run)) gilNanos[thread]! += wall;
    if (samples.flags[run]! & StateFlag.STATE_GIL_KNOWN) gilKnown[thread] = 1;
  }
  return threads
    .map((thread, i) => ({
      process: thread.process,
      row: {
        thread: i,
        pid: processes[thread.process]!.pid,
        tid: thread.tid,
        name: thread.name,
        main: thread.main,
        totals: totals[i]!,
        idleShare: share(idleNanos[i]!, totals[i]!.wallNanos),
        gilShare: gilKnown[i] === 1 ? share(gilNanos[i]!, totals[i]!.wallNanos) : undefined,
      },
    }))
    .sort(
      (a, b) =>
        a.process - b.process ||
        Number(b.row.main) - Number(a.row.main) ||
        b.row.totals.wallNanos - a.row.totals.wallNanos,
    )
    .map(({ row }) => row);
}

function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
