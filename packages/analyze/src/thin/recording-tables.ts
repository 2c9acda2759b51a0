// SPDX-License-Identifier: MIT
import type { MessageInitShape } from "@bufbuild/protobuf";
import { LineTableKind, NativeFrameFlag, type TablesSchema } from "@pyspy/schemas";
import type { FrameTable, Process, Profile, StackTable } from "../model/profile.ts";
import { locationTable, type Position } from "../write/location-table.ts";

type TablesInit = Extract<MessageInitShape<typeof TablesSchema>, { $typeName?: never }>;

/** Entries of a table that go into one record: far below the limit of a record's bytes. */
const SLICE = 100_000;
const CODE_UNIT_BYTES = 2;

/** The tables of a chunk, made of what of a profile is asked for; ids count from 1. */
export class RecordingTables {
  readonly #profile: Profile;
  readonly #strings = new Ids<string>();
  readonly #processes = new Ids<number>();
  readonly #threads = new Ids<number>();
  readonly #states = new Ids<string>();
  readonly #stateInits: NonNullable<TablesInit["state"]> = [];
  readonly #python: StackIds;
  readonly #native: StackIds | undefined;

  constructor(profile: Profile) {
    this.#profile = profile;
    this.#python = new StackIds(profile.stacks);
    this.#native = profile.native && new StackIds(profile.native.stacks);
  }

  process(index: number): number {
    return this.#processes.id(index);
  }

  thread(index: number): number {
    this.process(this.#profile.threads[index]!.process);
    return this.#threads.id(index);
  }

  /** Of a run of the profile. */
  state(run: number): number {
    const { flags, osState, syscall } = this.#profile.samples;
    const state = { flags: flags[run]!, osState: osState[run]!, syscall: syscall[run]! + 1 };
    const id = this.#states.id(`${state.flags} ${state.osState} ${state.syscall}`);
    if (id > this.#stateInits.length) this.#stateInits.push(state);
    return id;
  }

  /** -1: none. */
  pythonStack(index: number): number {
    return this.#python.id(index);
  }

  /** -1: none. */
  nativeStack(index: number): number {
    return this.#native?.id(index) ?? 0;
  }

  /** All that was asked for, as records in their order. */
  records(): TablesInit[] {
    const python = this.#pythonTables();
    const native = this.#nativeTables();
    const process = this.#processInits();
    const owner = this.#threads.values.map((index) => this.#threadInit(index));
    return [
      ...slices(this.#strings.values).map((string) => ({ string })),
      { process, owner, state: this.#stateInits },
      ...python,
      ...native,
    ];
  }

  #string(text: string): number {
    return text === "" ? 0 : this.#strings.id(text);
  }

  #processInits(): NonNullable<TablesInit["process"]> {
    const { processes } = this.#profile;
    const programs = new Map<string, number>();
    return this.#processes.values.map((index) => {
      const process = processes[index]!;
      const key = `${process.pid} ${process.startBootNanos}`;
      const execCount = programs.get(key) ?? 0;
      programs.set(key, execCount + 1);
      return { ...this.#processInit(process), execCount };
    });
  }

  #processInit({ python, ...process }: Process) {
    return {
      pid: process.pid,
      parentPid: process.parentPid,
      startBootNanos: process.startBootNanos,
      executable: this.#string(process.executable),
      argument: process.command.map((word) => this.#string(word)),
      environment: Object.entries(process.environment).map(([name, value]) =>
        this.#string(`${name}=${value}`),
      ),
      role: this.#string(process.role),
      cgroup: this.#string(process.cgroup),
      ...(python === undefined
        ? {}
        : {
            python: {
              version: this.#string(python.version),
              implementation: this.#string(python.implementation),
              freeThreaded: python.freeThreaded,
              debugBuild: python.debugBuild,
              prefix: python.prefixes.map((each) => this.#string(each)),
            },
          }),
    };
  }

  #threadInit(index: number) {
    const { process, tid, pythonThreadId, name, main, interpreterId } =
      this.#profile.threads[index]!;
    return {
      process: this.process(process),
      kind: {
        case: "thread" as const,
        value: {
          tid,
          pythonThreadId,
          pythonName: this.#string(name),
          main,
          interpreterId: BigInt(interpreterId),
        },
      },
    };
  }

  #pythonTables(): TablesInit[] {
    const { frames, functions } = this.#profile;
    const codes = new Ids<number>();
    const positions: Ids<string>[] = [];
    const places: Position[][] = [];
    const rows = this.#python.frames.values.map((index) => {
      const { fn, position, flags } = placeOf(frames, index);
      const code = codes.id(fn);
      positions[code] ??= new Ids();
      places[code] ??= [];
      const at = positions[code].id(`${position.line} ${position.column}`);
      places[code][at - 1] = position;
      return { code, instruction: (at - 1) * CODE_UNIT_BYTES, flags };
    });
    const code = codes.values.map((fn, at) => {
      const { name, file, firstLine, flags } = functions[fn]!;
      return {
        name: this.#string(name),
        qualifiedName: this.#string(name),
        file: this.#string(file),
        firstLine,
        flags,
        lineTableKind: LineTableKind.LINE_TABLE_LOCATIONS,
        lineTable: locationTable(places[at + 1]!, firstLine),
      };
    });
    return [
      ...slices(code).map((each) => ({ code: each })),
      ...slices(rows).map((each) => ({
        pythonFrames: {
          code: each.map((row) => row.code),
          instruction: each.map((row) => row.instruction),
          flags: each.map((row) => row.flags),
        },
      })),
      ...this.#python.records().map((pythonStacks) => ({ pythonStacks })),
    ];
  }

  #nativeTables(): TablesInit[] {
    const { native } = this.#profile;
    const used = this.#native;
    if (native === undefined || used === undefined) return [];
    const mappings = new Ids<number>();
    const symbols: NonNullable<TablesInit["nativeSymbol"]> = [];
    const rows = used.frames.values.map((index, at) => {
      const { fn, position, flags } = placeOf(native.frames, index);
      const { name, file } = native.functions[fn]!;
      const address = native.frames.address[index]!;
      const mapping = native.addresses.mapping[address]!;
      symbols.push({
        frame: at + 1,
        name: this.#string(name),
        file: this.#string(file),
        line: position.line,
      });
      const isReturn = (flags & NativeFrameFlag.NATIVE_FRAME_RETURN_ADDRESS) !== 0;
      return {
        mapping: mapping < 0 ? 0 : mappings.id(mapping),
        address: BigInt.asUintN(64, native.addresses.address[address]! + (isReturn ? 1n : 0n)),
        flags,
      };
    });
    const mapping = mappings.values.map((index) => {
      const { path, buildId } = native.mappings[index]!;
      return { path: this.#string(path), buildId: bytesOf(buildId) };
    });
    return [
      { mapping },
      ...slices(rows).map((each) => ({
        nativeFrames: {
          mapping: each.map((row) => row.mapping),
          address: each.map((row) => row.address),
          flags: each.map((row) => row.flags),
        },
      })),
      ...slices(symbols).map((nativeSymbol) => ({ nativeSymbol })),
      ...used.records().map((nativeStacks) => ({ nativeStacks })),
    ];
  }
}

/** Gives values numbers from 1 on, in the order of their first use. */
class Ids<T> {
  readonly values: T[] = [];
  readonly #ids = new Map<T, number>();

  id(value: T): number {
    const known = this.#ids.get(value);
    if (known !== undefined) return known;
    const id = this.values.push(value);
    this.#ids.set(value, id);
    return id;
  }
}

/** Gives stacks, and their callers before them, numbers from 1 on. */
class StackIds {
  readonly frames: Ids<number> = new Ids();
  readonly #table: StackTable;
  readonly #ids: Int32Array;
  readonly #parentDelta: number[] = [];
  readonly #frame: number[] = [];

  constructor(table: StackTable) {
    this.#table = table;
    this.#ids = new Int32Array(table.length);
  }

  id(stack: number): number {
    if (stack < 0) return 0;
    const path: number[] = [];
    const { parent, frame } = this.#table;
    for (let at = stack; at >= 0 && this.#ids[at] === 0; at = parent[at]!) path.push(at);
    for (const at of path.reverse()) {
      const before = parent[at]! < 0 ? 0 : this.#ids[parent[at]!]!;
      const id = this.#frame.push(this.frames.id(frame[at]!));
      this.#parentDelta.push(id - before);
      this.#ids[at] = id;
    }
    return this.#ids[stack]!;
  }

  records(): { parentDelta: number[]; frame: number[] }[] {
    const frames = slices(this.#frame);
    return slices(this.#parentDelta).map((parentDelta, at) => ({
      parentDelta,
      frame: frames[at]!,
    }));
  }
}

function placeOf(frames: FrameTable, index: number) {
  return {
    fn: frames.function[index]!,
    position: { line: frames.line[index]!, column: frames.column[index]! },
    flags: frames.flags[index]!,
  };
}

function slices<T>(values: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(values.length / SLICE) }, (_, at) =>
    values.slice(at * SLICE, (at + 1) * SLICE),
  );
}

function bytesOf(hexadecimal: string): Uint8Array {
  return Uint8Array.from(hexadecimal.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
