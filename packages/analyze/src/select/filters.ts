// SPDX-License-Identifier: MIT
import { labelOf } from "../model/labels.ts";
import type { Process, SampleTable, Thread } from "../model/profile.ts";
import type { NamePattern } from "./name-pattern.ts";
import { filterRuns, type Selection } from "./selection.ts";
import {
  collectsGarbage,
  hasPythonStack,
  holdsGil,
  inException,
  isIdle,
  isOnCpu,
  waitsForGil,
} from "./states.ts";

/** Most views are of threads that were not idle, and differ in what follows. */
const active = new WeakMap<Selection, Selection>();

/** Leaves out what `isIdle`. */
export function filterIdle(selection: Selection): Selection {
  const known = active.get(selection);
  if (known !== undefined) return known;
  const { samples } = selection.profile;
  const step = { name: "idle", removes: "threads that were idle (not runnable)" };
  const filtered = filterRuns(selection, step, (run) => !isIdle(samples, run));
  active.set(selection, filtered);
  return filtered;
}

/** A state of a thread that a view can be narrowed to. */
export type ThreadState = "gil" | "gil-wait" | "on-cpu" | "off-cpu" | "exceptions" | "gc";

interface StateRule {
  readonly removes: string;
  readonly holds: (samples: SampleTable, run: number) => boolean;
}

const STATE_RULES: Readonly<Record<ThreadState, StateRule>> = {
  gil: { removes: "threads that did not hold the GIL", holds: holdsGil },
  "gil-wait": { removes: "threads that did not wait for the GIL", holds: waitsForGil },
  "on-cpu": { removes: "threads that were not on a CPU", holds: isOnCpu },
  "off-cpu": { removes: "threads that were not blocked", holds: isIdle },
  exceptions: { removes: "threads without an exception in progress", holds: inException },
  gc: { removes: "threads that did not collect garbage", holds: collectsGarbage },
};

/** Keeps the observations in which the thread was in this state. */
export function filterState(selection: Selection, state: ThreadState): Selection {
  const { samples } = selection.profile;
  const { removes, holds } = STATE_RULES[state];
  return filterRuns(selection, { name: state, removes }, (run) => holds(samples, run));
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
  return filterRuns(selection, { name: "thread", removes }, (run) => kept[samples.thread[run]!]!);
}

/**
 * Keeps the processes for which `keep` holds.
 *
 * @param removes says which processes go: "processes other than 42".
 */
export function filterProcesses(
  selection: Selection,
  removes: string,
  keep: (process: Process, index: number) => boolean,
): Selection {
  const { samples, threads, processes } = selection.profile;
  const keptProcess = processes.map(keep);
  const kept = threads.map(({ process }) => keptProcess[process]!);
  return filterRuns(selection, { name: "process", removes }, (run) => kept[samples.thread[run]!]!);
}

/** A label that recordings must have, with a value that matches. */
export interface LabelPattern {
  readonly key: string;
  readonly value: NamePattern;
}

/** Keeps the recordings that have all of these labels; of one key, any of the values. */
export function filterLabels(selection: Selection, labels: readonly LabelPattern[]): Selection {
  const { recordings, firstRuns } = selection.profile;
  const keys = [...new Set(labels.map(({ key }) => key))];
  const kept = recordings.map(({ header }) =>
    keys.every((key) =>
      labels.some((label) => label.key === key && label.value.test(labelOf(header, key))),
    ),
  );
  const removes = `recordings without ${labels.map(({ key, value }) => `${key}=${value.text}`).join(", ")}`;
  let recording = 0;
  return filterRuns(selection, { name: "label", removes }, (run) => {
    while (run >= firstRuns[recording + 1]!) recording++;
    return kept[recording]!;
  });
}

/** Keeps the processes with one of these pids. */
export function filterPids(selection: Selection, pids: readonly number[]): Selection {
  const removes = `processes other than ${pids.join(", ")}`;
  return filterProcesses(selection, removes, ({ pid }) => pids.includes(pid));
}
