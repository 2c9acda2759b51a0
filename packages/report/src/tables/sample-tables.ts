// SPDX-License-Identifier: MIT

import {
  collectsGarbage,
  holdsGil,
  inException,
  isIdle,
  type SampleTable,
  waitsForGil,
} from "@pyspy/analyze";
import { StateFlag } from "@pyspy/schemas";
import { CAPTURE_ID, type CaptureColumn, type CaptureTable } from "./capture-table.ts";

type SampleCell = (samples: SampleTable, run: number) => ReturnType<CaptureColumn["cell"]>;

function column(
  name: string,
  type: CaptureColumn["type"],
  about: string,
  cell: SampleCell,
): CaptureColumn {
  return {
    name,
    type,
    about,
    cell: ({ selection: { profile, runs } }, row) => cell(profile.samples, runs[row]!),
  };
}

const has =
  (flag: StateFlag): SampleCell =>
  (samples, run) =>
    (samples.flags[run]! & flag) !== 0;

export const samples: CaptureTable = {
  name: "samples",
  about: "a thread whose stack and state stayed the same for some looks of the agent in a row",
  count: ({ selection }) => selection.runs.length,
  columns: [
    CAPTURE_ID,
    column("thread_id", "INTEGER", "the thread", (s, run) => s.thread[run]!),
    column("stack_id", "INTEGER", "its stack; NULL: empty, or could not be read", (s, run) =>
      s.stack[run]! < 0 ? null : s.stack[run]!,
    ),
    {
      name: "offset_ns",
      type: "BIGINT",
      about: "when it began: nanoseconds from the capture's start; NULL: not recorded",
      cell: ({ selection: { profile, runs }, timed }, row) =>
        timed ? Math.round(profile.samples.startNanos[runs[row]!]!) : null,
    },
    column("wall_ns", "BIGINT", "time that passed, nanoseconds", (s, run) =>
      Math.round(s.wallNanos[run]!),
    ),
    column("cpu_ns", "BIGINT", "CPU time used, nanoseconds; NULL: not recorded", (s, run) =>
      has(StateFlag.STATE_CPU_KNOWN)(s, run) ? Math.round(s.cpuNanos[run]!) : null,
    ),
    column("samples", "INTEGER", "how often the agent looked", (s, run) => s.ticks[run]!),
    column("idle", "BOOLEAN", "not runnable: asleep, or waiting for a lock or for input", isIdle),
    column("gil", "VARCHAR", "held, waiting or none; NULL: was not read", gilState),
    column("os_state", "VARCHAR", "letter of the kernel (R, S, D, ...); NULL: unknown", (s, run) =>
      s.osState[run] === 0 ? null : String.fromCharCode(s.osState[run]!),
    ),
    column(
      "syscall",
      "INTEGER",
      "number of the system call; NULL: in none, or unknown",
      (s, run) => (s.syscall[run]! < 0 ? null : s.syscall[run]!),
    ),
    column("exception", "BOOLEAN", "an exception was raised or being handled", inException),
    column("gc", "BOOLEAN", "garbage was being collected", collectsGarbage),
    column("unstable", "BOOLEAN", "moved while it was read", has(StateFlag.STATE_UNSTABLE)),
    {
      name: "time_us",
      type: "BIGINT",
      about: "when it began: microseconds since 1970-01-01 UTC; NULL: not recorded",
      cell: ({ selection: { profile, runs }, origin, timed }, row) =>
        timed
          ? origin.micros +
            Math.floor((origin.nanos + profile.samples.startNanos[runs[row]!]!) / 1000)
          : null,
    },
  ],
};

function gilState(samples: SampleTable, run: number): string | null {
  if (holdsGil(samples, run)) return "held";
  if (waitsForGil(samples, run)) return "waiting";
  return has(StateFlag.STATE_GIL_KNOWN)(samples, run) ? "none" : null;
}
