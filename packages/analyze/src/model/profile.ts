// SPDX-License-Identifier: MIT

import type { Counters, EndReason, Header, NoteKind } from "@pyspy/schemas";
import type { ThreadVariables } from "./variables.ts";

/**
 * Everything that one or several recordings hold, as columns. A profile never changes: filters
 * narrow a `Selection` of it.
 *
 * Ids are indexes into the tables here, valid for this profile only: the ids of the file, which
 * are local to a chunk, are gone. Times are nanoseconds since `originRealtimeNanos`.
 */
export interface Profile {
  /** CLOCK_REALTIME of time zero, the start of the earliest recording: ns since 1970-01-01 UTC. */
  readonly originRealtimeNanos: bigint;
  /** In the order of the file. */
  readonly recordings: readonly Recording[];
  readonly processes: readonly Process[];
  readonly threads: readonly Thread[];
  readonly functions: readonly PythonFunction[];
  readonly frames: FrameTable;
  readonly stacks: StackTable;
  /** `undefined`: no native stack was recorded. `mergeNative` puts the two together. */
  readonly native: NativeCode | undefined;
  readonly samples: SampleTable;
  /**
   * The first entry of each recording in `samples`, where its entries stand together; then the number of
   * all entries.
   */
  readonly firstRuns: Uint32Array;
  /** Local variables, where moments were recorded with them; in the order of the file. */
  readonly variables: readonly ThreadVariables[];
  /** What could not be read of the file: one entry a damage, in the order of the file. */
  readonly damage: readonly Damage[];
}

/** One header and what follows it. */
export interface Recording {
  readonly header: Header;
  /** Its first tick, in nanoseconds from the profile's time zero: a program that is launched needs a
   * while until Python runs in it. Its header's time where it has no tick. */
  readonly startNanos: number;
  /** As the footer or the last chunk's end says, and not before the last observation ends. */
  readonly endNanos: number;
  /** `undefined`: the recording has no footer: the agent was killed, or the file was cut. */
  readonly endReason: EndReason | undefined;
  readonly endMessage: string;
  /** Sums of the chunks' counters, or the footer's. `undefined`: no chunk ended. */
  readonly counters: Counters | undefined;
  readonly chunkCount: number;
  /** Rate in force in the last chunk, hertz. */
  readonly rateHertz: number;
  /**
   * Time between ticks that no observation stands for, because it is beyond `MAX_TICK_PERIODS`: the
   * agent or the machine stood still, or a chunk was lost.
   */
  readonly unobservedNanos: number;
  /** Every run of the recording begins at one of these, and lasts for as many of them as it has ticks. */
  readonly ticks: TickTable;
  /** Observations of owners that are no threads (tasks): counted, and not in `samples`. */
  readonly unsupportedSamples: number;
  /** What the agent had to say, in the order of time. */
  readonly notes: readonly RecordingNote[];
}

/** The moments at which the agent looked, in their order. */
export interface TickTable {
  readonly length: number;
  readonly nanos: Float64Array;
  /** What an observation at this tick stands for; see `SampleTable.wallNanos`. */
  readonly wallNanos: Float64Array;
}

/** Something that the reader of a report should know. */
export interface RecordingNote {
  readonly timeNanos: number;
  readonly kind: NoteKind;
  /** Index in `processes`; `undefined`: about the recording. */
  readonly process: number | undefined;
  readonly text: string;
}

/**
 * - `truncated`: the file ends, or is cut, within a record.
 * - `corrupt`: bytes that are no record, or a record that breaks a rule of the format.
 * - `checksum`: a chunk whose bytes are not those that were written.
 * - `missing-chunk`: the numbers of the chunks have a gap.
 * - `unsupported-version`: a recording in a later major version of the format, among others that
 *   could be read.
 */
export type DamageKind =
  | "truncated"
  | "corrupt"
  | "checksum"
  | "missing-chunk"
  | "unsupported-version";

/** A stretch of the file that could not be used. Everything before and after it was. */
export interface Damage {
  readonly kind: DamageKind;
  /** Byte offset in the (decompressed) file. */
  readonly offset: number;
  /** Bytes passed over; 0 where none are (missing-chunk). */
  readonly length: number;
  readonly message: string;
}

/** One program run by one process: a pid used again, or an exec, makes another entry. */
export interface Process {
  readonly recording: number;
  readonly pid: number;
  readonly parentPid: number;
  /** CLOCK_BOOTTIME of its start, ns; with the pid it identifies the process. */
  readonly startBootNanos: bigint;
  readonly executable: string;
  /** Command line as far as the redaction level let it through. */
  readonly command: readonly string[];
  /** The variables of its environment that were asked for. */
  readonly environment: Readonly<Record<string, string>>;
  /** As recorded, what groups workers: a multiprocessing name; "" if none. */
  readonly role: string;
  /** Control group, "" if not recorded. */
  readonly cgroup: string;
  /** `undefined`: not a Python process. */
  readonly python: PythonRuntime | undefined;
  /** When the agent found it, or saw it begin this program. `undefined`: that part is missing. */
  readonly start: ProcessStart | undefined;
  readonly exit: ProcessExit | undefined;
}

export interface ProcessStart {
  /** Index in `recordings`: the first that saw it. */
  readonly recording: number;
  readonly timeNanos: number;
}

export interface PythonRuntime {
  /** "3.13.0" */
  readonly version: string;
  readonly implementation: string;
  readonly freeThreaded: boolean;
  readonly debugBuild: boolean;
  /** Directories of the interpreter and its packages; code elsewhere is "my code". */
  readonly prefixes: readonly string[];
}

export interface ProcessExit {
  /** Index in `recordings`: the one that saw it. */
  readonly recording: number;
  readonly timeNanos: number;
  readonly status: number | undefined;
  readonly signal: number | undefined;
}

export interface Thread {
  readonly process: number;
  /** Kernel thread id; 0n: unknown. */
  readonly tid: bigint;
  /** threading.get_ident(). Larger than 2^53 in practice. */
  readonly pythonThreadId: bigint;
  /** threading.Thread.name, else the kernel's name, else "". */
  readonly name: string;
  readonly main: boolean;
  /** -1: a thread without Python state. */
  readonly interpreterId: number;
}

export interface PythonFunction {
  /** co_qualname where the version has it (3.11+), else co_name. */
  readonly name: string;
  /** co_filename, as recorded. */
  readonly file: string;
  /** 1-based. */
  readonly firstLine: number;
  /** co_flags. */
  readonly flags: number;
  /** Of native code, the path of the file that it was loaded from; "": of none, such as code that was
   * made at run time. `undefined`: Python code. */
  readonly module?: string;
}

/** A flag of native frames: a call that was inlined in the interpreter's evaluation loop. */
export const INLINED_IN_EVALUATION = 0x80;

/** Native stacks, as recorded beside the Python ones. */
export interface NativeCode {
  /** All of them have a `module`; `file` is that of their source, where it is known, else `module`. */
  readonly functions: readonly PythonFunction[];
  /** `flags` are NativeFrameFlag values, added, and `INLINED_IN_EVALUATION`; no columns are known. */
  readonly frames: FrameTable;
  readonly stacks: StackTable;
  readonly mappings: readonly CodeMapping[];
  /** Where the frames stand. */
  readonly addresses: CodeAddresses;
}

/** A file that native code was loaded from. */
export interface CodeMapping {
  /** As the process saw it; "[vdso]" of the kernel. */
  readonly path: string;
  /** Its GNU build id in hexadecimal; "": it has none. */
  readonly buildId: string;
}

/** Instructions, each once. */
export interface CodeAddresses {
  readonly length: number;
  /** Index in `NativeCode.mappings`; -1: in no file, such as code that was made at run time. */
  readonly mapping: Int32Array;
  /**
   * In the numbering of the file (ELF's virtual addresses, as symbol tables have them); without a file
   * the address in the process. Of a caller, a byte of its call instruction.
   */
  readonly address: BigUint64Array;
}

/** One entry a distinct (function, line, columns, flags, address). */
export interface FrameTable {
  readonly length: number;
  /** Index in `functions`. */
  readonly function: Int32Array;
  /** 1-based; 0: no line is known for this instruction. */
  readonly line: Int32Array;
  /** UTF-8 byte offset in the line, 0-based; -1: unknown (always before 3.11). */
  readonly column: Int32Array;
  /** FrameFlag values, added. */
  readonly flags: Uint8Array;
  /** Of native frames, index in `NativeCode.addresses`; -1: Python. */
  readonly address: Int32Array;
}

/** A tree. Parents stand before their children. */
export interface StackTable {
  readonly length: number;
  /** Index in this table; -1: this is an outermost frame. */
  readonly parent: Int32Array;
  /** Index in `frames`: the innermost frame of this stack. */
  readonly frame: Int32Array;
}

/**
 * One entry a run: a thread whose stack and state stayed the same for `ticks` ticks in a row.
 * Grouped by block of the file; within a thread in the order of time.
 */
export interface SampleTable {
  readonly length: number;
  readonly thread: Int32Array;
  /** Index in `stacks`; -1: the stack is empty, or could not be read (see flags). */
  readonly stack: Int32Array;
  /** Index in `native.stacks`; -1: the stack is empty, or was not recorded. */
  readonly nativeStack: Int32Array;
  /** StateFlag values of the capture, added. */
  readonly flags: Uint16Array;
  /** ASCII code of the kernel's state letter; 0: unknown. */
  readonly osState: Uint8Array;
  /** Number of the system call the thread is in; -1: none, or unknown. */
  readonly syscall: Int16Array;
  /** Observations in this run, at least 1. */
  readonly ticks: Uint32Array;
  /** Time of the first tick. */
  readonly startNanos: Float64Array;
  /**
   * Wall time the run stands for: an observation counts from its tick to the next tick of the
   * recording, the last one to the recording's end; none for more than `MAX_TICK_PERIODS`.
   */
  readonly wallNanos: Float64Array;
  /**
   * CPU time that the thread used from its observation before the run to the run's last tick; what it
   * used between being seen running and being seen blocked is the former run's. 0 without
   * STATE_CPU_KNOWN.
   */
  readonly cpuNanos: Float64Array;
}
