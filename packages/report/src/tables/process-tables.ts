// SPDX-License-Identifier: MIT

import type { Process, Thread } from "@pyspy/analyze";
import { processTitle } from "../heading/recorded-title.ts";
import { threadName } from "../text/thread-name.ts";
import { visibleText } from "../text/visible-text.ts";
import { CAPTURE_ID, type CaptureColumn, type CaptureTable } from "./capture-table.ts";

type Cell = ReturnType<CaptureColumn["cell"]>;

function ofProcess(
  name: string,
  type: CaptureColumn["type"],
  about: string,
  cell: (process: Process) => Cell,
): CaptureColumn {
  return {
    name,
    type,
    about,
    cell: ({ selection }, row) => cell(selection.profile.processes[row]!),
  };
}

export const processes: CaptureTable = {
  name: "processes",
  about: "a program run by a process: an exec makes another row",
  count: ({ selection }) => selection.profile.processes.length,
  columns: [
    CAPTURE_ID,
    {
      name: "process_id",
      type: "INTEGER",
      about: "its number in the capture: a pid may be used again",
      cell: (_, row) => row,
    },
    ofProcess("recording_id", "INTEGER", "the recording", ({ recording }) => recording),
    ofProcess("pid", "INTEGER", "its number in the system", ({ pid }) => pid),
    ofProcess("parent_pid", "INTEGER", "of its parent; NULL: unknown", (p) => p.parentPid || null),
    {
      name: "role",
      type: "VARCHAR",
      about: "what it is for, the same for all workers of a kind",
      cell: ({ roles }, row) => visibleText(roles[row]!),
    },
    ofProcess("command", "VARCHAR", "command line as far as recorded", (process) =>
      visibleText(processTitle(process)),
    ),
    ofProcess("executable", "VARCHAR", "path of the program", (p) => textOrNull(p.executable)),
    ofProcess("cgroup", "VARCHAR", "control group; NULL: not recorded", (p) =>
      textOrNull(p.cgroup),
    ),
    ofProcess("python", "VARCHAR", "3.13.0; NULL: not Python", ({ python }) =>
      textOrNull(python?.version ?? ""),
    ),
    ofProcess(
      "free_threaded",
      "BOOLEAN",
      "a Python without GIL; NULL: not Python",
      ({ python }) => python?.freeThreaded ?? null,
    ),
    ofProcess(
      "exit_status",
      "INTEGER",
      "NULL: still ran, or unknown",
      (p) => p.exit?.status ?? null,
    ),
    ofProcess("exit_signal", "INTEGER", "NULL: ended by none", (p) => p.exit?.signal ?? null),
  ],
};

function ofThread(
  name: string,
  type: CaptureColumn["type"],
  about: string,
  cell: (thread: Thread) => Cell,
): CaptureColumn {
  return { name, type, about, cell: ({ selection }, row) => cell(selection.profile.threads[row]!) };
}

export const threads: CaptureTable = {
  name: "threads",
  about: "a thread",
  count: ({ selection }) => selection.profile.threads.length,
  columns: [
    CAPTURE_ID,
    {
      name: "thread_id",
      type: "INTEGER",
      about: "its number in the capture",
      cell: (_, row) => row,
    },
    ofThread("process_id", "INTEGER", "the process", ({ process }) => process),
    ofThread("tid", "BIGINT", "its number in the system; NULL: unknown", ({ tid }) =>
      tid === 0n ? null : Number(tid),
    ),
    ofThread("name", "VARCHAR", "name in Python, else in the system", threadName),
    ofThread("main", "BOOLEAN", "the main thread", ({ main }) => main),
    ofThread("interpreter_id", "INTEGER", "NULL: a thread without Python", ({ interpreterId }) =>
      interpreterId < 0 ? null : interpreterId,
    ),
  ],
};

function textOrNull(text: string): string | null {
  return text === "" ? null : visibleText(text);
}
