// SPDX-License-Identifier: MIT
import type { CodeObject, Process, Python } from "@pyspy/schemas";
import type { Code } from "../model/function-interner.ts";
import type { PythonRuntime } from "../model/profile.ts";
import type { ProfileBuilder } from "../model/profile-builder.ts";
import type { ChunkTables } from "./chunk-tables.ts";
import { addNativeStacks } from "./native-commit.ts";
import type { StagedRuns } from "./staged-runs.ts";

const NO_STACK = -1;
const UNSUPPORTED_OWNER = -1;

/** Where the runs of a chunk go. */
export interface CommitTarget {
  readonly builder: ProfileBuilder;
  /** Index of the recording. */
  readonly recording: number;
  readonly hostKey: string;
}

/** What the rest of the recording needs of a committed chunk. */
export interface CommittedChunk {
  /** Index in the profile of the chunk's process n, at index n - 1. */
  readonly processes: readonly number[];
  /** Entry n: index in the profile of the thread that the chunk's owner n is; -1: it is none. */
  readonly threads: Int32Array;
  /** `StagedRuns.open` as indexes of the profile's samples. */
  readonly openRuns: Int32Array;
  readonly unsupportedSamples: number;
}

/** Adds a chunk to the profile: the ids of the chunk become those of the profile. */
export function commitChunk(
  tables: ChunkTables,
  runs: StagedRuns,
  target: CommitTarget,
): CommittedChunk {
  const processes = tables.processes.map((process) => addProcess(process, tables, target));
  const threads = addThreads(tables, processes, target.builder);
  const stacks = addStacks(tables, runs, target.builder);
  const nativeStacks = addNativeStacks(tables, runs, target.builder.native);
  const ids = { threads, stacks, nativeStacks };
  return { processes, threads, ...copyRuns(tables, runs, ids, target.builder) };
}

function addProcess(process: Process, tables: ChunkTables, target: CommitTarget): number {
  return target.builder.processes.process({
    hostKey: target.hostKey,
    execCount: process.execCount,
    recording: target.recording,
    pid: process.pid,
    parentPid: process.parentPid,
    startBootNanos: process.startBootNanos,
    executable: tables.text(process.executable),
    command: process.argument.map((id) => tables.text(id)),
    environment: environment(process.environment.map((id) => tables.text(id))),
    role: tables.text(process.role),
    cgroup: tables.text(process.cgroup),
    python: process.python && pythonRuntime(process.python, tables),
  });
}

/** Of "NAME=value" each. */
function environment(variables: readonly string[]): Record<string, string> {
  const pairs = variables.map((variable): [string, string] => {
    const end = variable.indexOf("=");
    return end < 0 ? [variable, ""] : [variable.slice(0, end), variable.slice(end + 1)];
  });
  // No prototype: a name may be "__proto__".
  return Object.assign(Object.create(null), Object.fromEntries(pairs));
}

function pythonRuntime(python: Python, tables: ChunkTables): PythonRuntime {
  const hex = python.hexVersion;
  return {
    version:
      tables.text(python.version) || `${hex >>> 24}.${(hex >>> 16) & 0xff}.${(hex >>> 8) & 0xff}`,
    implementation: tables.text(python.implementation),
    freeThreaded: python.freeThreaded,
    debugBuild: python.debugBuild,
    prefixes: python.prefix.map((id) => tables.text(id)),
  };
}

/** Entry n: thread of owner n. */
function addThreads(
  tables: ChunkTables,
  processes: readonly number[],
  builder: ProfileBuilder,
): Int32Array {
  const threads = new Int32Array(tables.owners.length + 1).fill(UNSUPPORTED_OWNER);
  tables.owners.forEach(({ process, kind }, i) => {
    if (kind.case !== "thread") return;
    const thread = kind.value;
    threads[i + 1] = builder.processes.thread({
      process: processes[process - 1]!,
      tid: thread.tid,
      pythonThreadId: thread.pythonThreadId,
      name: tables.text(thread.pythonName) || tables.text(thread.osName),
      main: thread.main,
      interpreterId: Number(thread.interpreterId),
    });
  });
  return threads;
}

/** Entry n: stack n in the profile, where a run or a stack above it uses it. */
function addStacks(tables: ChunkTables, runs: StagedRuns, builder: ProfileBuilder): Int32Array {
  const count = tables.stackParent.length;
  const parents = tables.stackParent.values;
  const used = new Uint8Array(count + 1);
  for (let run = 0; run < runs.length; run++) used[runs.stack[run]!] = 1;
  // Parents have smaller ids, so that one pass down marks all, and one pass up finds them added.
  for (let id = count; id > 0; id--) if (used[id]) used[parents[id - 1]!] = 1;
  const frames = new FrameAdder(tables, builder);
  const stacks = new Int32Array(count + 1).fill(NO_STACK);
  for (let id = 1; id <= count; id++) {
    if (!used[id]) continue;
    const frame = frames.index(tables.stackFrame.values[id - 1]!);
    stacks[id] = builder.stacks.stack(stacks[parents[id - 1]!]!, frame);
  }
  return stacks;
}

/** Adds frames of a chunk as they are needed. */
class FrameAdder {
  readonly #tables: ChunkTables;
  readonly #builder: ProfileBuilder;
  readonly #codes: (Code | undefined)[];
  readonly #frames: Int32Array;

  constructor(tables: ChunkTables, builder: ProfileBuilder) {
    this.#tables = tables;
    this.#builder = builder;
    this.#codes = new Array(tables.codes.length + 1).fill(undefined);
    this.#frames = new Int32Array(tables.frameCode.length + 1).fill(-1);
  }

  index(id: number): number {
    const known = this.#frames[id]!;
    if (known >= 0) return known;
    const { frameCode, frameInstruction, frameFlags } = this.#tables;
    const code = this.#code(frameCode.values[id - 1]!);
    const { line, column } = code.lines.position(frameInstruction.values[id - 1]!);
    const flags = frameFlags.values[id - 1]! & 0xff;
    const index = this.#builder.stacks.frame({ function: code.function, line, column, flags });
    this.#frames[id] = index;
    return index;
  }

  #code(id: number): Code {
    const known = this.#codes[id];
    if (known !== undefined) return known;
    const code = this.#addCode(this.#tables.codes[id - 1]!);
    this.#codes[id] = code;
    return code;
  }

  #addCode(code: CodeObject): Code {
    return this.#builder.functions.code(
      {
        name: this.#tables.text(code.qualifiedName || code.name),
        file: this.#tables.text(code.file),
        firstLine: code.firstLine,
        flags: code.flags,
      },
      {
        kind: code.lineTableKind,
        bytes: code.lineTable,
        firstLine: code.firstLine,
        truncated: code.lineTableTruncated,
      },
    );
  }
}

function copyRuns(
  tables: ChunkTables,
  runs: StagedRuns,
  ids: Readonly<Record<"threads" | "stacks" | "nativeStacks", Int32Array>>,
  builder: ProfileBuilder,
): Pick<CommittedChunk, "openRuns" | "unsupportedSamples"> {
  const unsupportedSamples = removeUnsupported(runs, ids.threads);
  const states = stateColumns(tables);
  const { samples } = builder;
  const { length } = runs;
  const first = samples.length;
  samples.reserve(length);
  for (let run = 0; run < length; run++) {
    samples.thread[first + run] = ids.threads[runs.owner[run]!]!;
    samples.stack[first + run] = ids.stacks[runs.stack[run]!]!;
    samples.nativeStack[first + run] = ids.nativeStacks[runs.nativeStack[run]!]!;
    const state = runs.state[run]!;
    samples.flags[first + run] = states.flags[state]!;
    samples.osState[first + run] = states.osState[state]!;
    samples.syscall[first + run] = states.syscall[state]!;
  }
  samples.ticks.set(runs.ticks.subarray(0, length), first);
  samples.startNanos.set(runs.startNanos.subarray(0, length), first);
  samples.wallNanos.set(runs.wallNanos.subarray(0, length), first);
  samples.cpuNanos.set(runs.cpuNanos.subarray(0, length), first);
  samples.length = first + length;
  return { openRuns: runs.open.view().map((run) => first + run), unsupportedSamples };
}

/** Takes the runs out whose owner is no thread; returns how many observations they were. */
function removeUnsupported(runs: StagedRuns, threads: Int32Array): number {
  if (threads.indexOf(UNSUPPORTED_OWNER, 1) < 0) return 0;
  let samples = 0;
  runs.keep((run) => {
    if (threads[runs.owner[run]!] !== UNSUPPORTED_OWNER) return true;
    samples += runs.ticks[run]!;
    return false;
  });
  return samples;
}

/** Entry n: state n. State 0: nothing is known. */
function stateColumns(tables: ChunkTables): {
  readonly flags: Uint16Array;
  readonly osState: Uint8Array;
  readonly syscall: Int16Array;
} {
  const count = tables.states.length + 1;
  const flags = new Uint16Array(count);
  const osState = new Uint8Array(count);
  const syscall = new Int16Array(count).fill(-1);
  tables.states.forEach((state, i) => {
    flags[i + 1] = state.flags;
    osState[i + 1] = state.osState;
    syscall[i + 1] = state.syscall - 1;
  });
  return { flags, osState, syscall };
}
