// SPDX-License-Identifier: MIT
import { StateFlag } from "@pyspy/schemas";
import type { SampleTable, Thread } from "../model/profile.ts";
import { filterRuns, type Selection } from "./selection.ts";

/** 'R' in /proc/TID/stat: runs, or waits for a processor only. */
const OS_STATE_RUNNABLE = 0x52;
const OS_STATE_UNKNOWN = 0;

/**
 * The one rule of what idle means: a thread is idle when the kernel said that it cannot run, as it
 * sleeps, waits for a lock or for input, or is stopped. A thread whose state is not known counts as
 * active, so that nothing disappears for lack of knowledge. Who holds the GIL plays no part: a
 * thread that sleeps with the GIL is idle, and stands in the way of all others.
 */
export function isIdle(samples: SampleTable, run: number): boolean {
  const state = samples.osState[run];
  return state !== OS_STATE_UNKNOWN && state !== OS_STATE_RUNNABLE;
}

/** Says whether the thread held the GIL. False where the GIL was not read. */
export function holdsGil(samples: SampleTable, run: number): boolean {
  return (samples.flags[run]! & StateFlag.STATE_GIL_HELD) !== 0;
}

/** Says whether the Python stack was read and is not empty. */
export function hasPythonStack(samples: SampleTable, run: number): boolean {
  return samples.stack[run]! >= 0;
}

/** Leaves out what `isIdle`. */
export function filterIdle(selection: Selection): Selection {
  const { samples } = selection.profile;
  const step = { name: "idle", removes: "threads that were idle (not runnable)" };
  return filterRuns(selection, step, (run) => !isIdle(samples, run));
}

/** Keeps what `holdsGil`. */
export function filterGil(selection: Selection): Selection {
  const { samples } = selection.profile;
  const step = { name: "gil", removes: "threads that did not hold the GIL" };
  return filterRuns(selection, step, (run) => holdsGil(samples, run));
}

/** Keeps what `hasPythonStack`. */
export function filterPythonStack(selection: Selection): Selection {
  const { samples } = selection.profile;
  const step = { name: "no-stack", removes: "observations without a Python stack" };
  return filterRuns(selection, step, (run) => hasPythonStack(samples, run));
}

/**
 * Keeps the threads for which `keep` holds.
 *
 * @param removes says which threads go: "threads other than MainThread".
 */
export function filterThreads(
  selection: Selection,
  removes: string,
  keep: (thread: Thread) => boolean,
): Selection {
  const { samples, threads } = selection.profile;
  const kept = threads.map(keep);
  const step = { name: "thread", removes };
  return filterRuns(selection, step, (run) => kept[samples.thread[run]!]!);
}

/** Keeps the processes with one of these pids. */
export function filterPids(selection: Selection, pids: readonly number[]): Selection {
  const { samples, threads, processes } = selection.profile;
  const kept = threads.map(({ process }) => pids.includes(processes[process]!.pid));
  const step = { name: "process", removes: `processes other than ${pids.join(", ")}` };
  return filterRuns(selection, step, (run) => kept[samples.thread[run]!]!);
}
