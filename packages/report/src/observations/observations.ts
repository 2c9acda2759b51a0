// SPDX-License-Identifier: MIT

import { holdsGil, type Selection } from "@pyspy/analyze";
import { activityOf } from "./thread-activity.ts";

/** What is measured, in the order in which formats with several values have them. */
export const MEASURES = [
  { name: "wall", unit: "nanoseconds", about: "time passed" },
  { name: "cpu", unit: "nanoseconds", about: "CPU time used" },
  { name: "gil", unit: "nanoseconds", about: "time passed while holding the GIL" },
  { name: "samples", unit: "count", about: "observations" },
] as const;

/**
 * A selection added up by thread, stack and activity: columns, one entry a combination that
 * occurs, in the order of its first run. Nanoseconds are whole.
 */
export interface Observations {
  readonly length: number;
  /** Index in `profile.threads`. */
  readonly thread: Int32Array;
  /** Index in `profile.stacks`; -1: the empty stack. */
  readonly stack: Int32Array;
  /** Index in `ACTIVITIES`. */
  readonly activity: Uint8Array;
  /** A column for each of `MEASURES`, in their order. */
  readonly values: readonly Float64Array[];
}

export function addObservations({ profile, runs }: Selection): Observations {
  const { samples, stacks } = profile;
  const stride = stacks.length + 1;
  const index = new Map<number, number>();
  // One pass to find the entries, so that their columns can have the right length.
  const entryOfRun = new Int32Array(runs.length);
  runs.forEach((run, at) => {
    const place = samples.thread[run]! * stride + samples.stack[run]! + 1;
    const key = place * 8 + activityOf(samples, run);
    const entry = index.get(key) ?? index.size;
    if (entry === index.size) index.set(key, entry);
    entryOfRun[at] = entry;
  });
  const { size: length } = index;
  const [thread, stack] = [new Int32Array(length), new Int32Array(length)];
  const activity = new Uint8Array(length);
  const values = MEASURES.map(() => new Float64Array(length));
  const [wall, cpu, gil, count] = values as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  runs.forEach((run, at) => {
    const entry = entryOfRun[at]!;
    thread[entry] = samples.thread[run]!;
    stack[entry] = samples.stack[run]!;
    activity[entry] = activityOf(samples, run);
    wall[entry]! += samples.wallNanos[run]!;
    cpu[entry]! += samples.cpuNanos[run]!;
    if (holdsGil(samples, run)) gil[entry]! += samples.wallNanos[run]!;
    count[entry]! += samples.ticks[run]!;
  });
  return {
    length,
    thread,
    stack,
    activity,
    values: values.map((column) => column.map(Math.round)),
  };
}
