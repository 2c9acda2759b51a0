// SPDX-License-Identifier: MIT
import { create } from "@bufbuild/protobuf";
import {
  CodeObjectSchema,
  LineTableKind,
  OwnerSchema,
  ProcessSchema,
  PythonFramesSchema,
  StacksSchema,
  StateSchema,
  type Tables,
  TablesSchema,
} from "@pyspy/schemas";
import { locationTable, type Position } from "../write/location-table.ts";

/** A process as an importer knows it. */
export interface MadeProcess {
  readonly pid: number;
  readonly command: readonly string[];
  /** "3.13.0"; "": not known. `undefined`: nothing says that it is Python. */
  readonly pythonVersion: string | undefined;
}

export interface MadeThread {
  readonly process: number;
  readonly tid: bigint;
  readonly pythonThreadId: bigint;
  readonly name: string;
  readonly main: boolean;
  readonly interpreterId: number;
}

export interface MadeFunction {
  readonly name: string;
  readonly file: string;
  /** 0: not known. */
  readonly firstLine: number;
}

export interface MadeFrame {
  readonly function: number;
  /** 0: not known. */
  readonly line: number;
  /** -1: not known. */
  readonly column: number;
}

/** What an importer has met so far; ids here count from 0, and hold for the whole recording. */
export interface MadeModel {
  readonly processes: readonly MadeProcess[];
  readonly threads: readonly MadeThread[];
  readonly functions: readonly MadeFunction[];
  readonly frames: readonly MadeFrame[];
  /** Stack n has the frame `stackFrame(n)` on the stack `stackParent(n)`; 0 is the empty stack. */
  stackParent(stack: number): number;
  stackFrame(stack: number): number;
}

type IdTable = "string" | "process" | "owner" | "state" | "code" | "frame" | "stack";

/** The tables of one chunk, which hold what its runs need, and the ids that it has there. */
export class MadeTables {
  readonly #model: MadeModel;
  readonly #tables: Tables = create(TablesSchema);
  readonly #ids: Record<IdTable, Map<string | number, number>> = {
    string: new Map(),
    process: new Map(),
    owner: new Map(),
    state: new Map(),
    code: new Map(),
    frame: new Map(),
    stack: new Map(),
  };
  /** By code object: where its instructions stand. */
  readonly #positions: Position[][] = [];
  #size = 0;

  constructor(model: MadeModel) {
    this.#model = model;
  }

  /** About as many bytes as the tables take in the file. */
  get size(): number {
    return this.#size;
  }

  owner(thread: number): number {
    return this.#id("owner", thread, () => {
      const { process, ...made } = this.#model.threads[thread]!;
      const { tid, pythonThreadId, main } = made;
      const value = {
        tid,
        pythonThreadId,
        main,
        pythonName: this.#string(made.name),
        interpreterId: BigInt(made.interpreterId),
      };
      const owner = create(OwnerSchema, {
        process: this.#process(process),
        kind: { case: "thread", value },
      });
      return this.#tables.owner.push(owner);
    });
  }

  state(flags: number, osState: number): number {
    return this.#id("state", `${flags} ${osState}`, () =>
      this.#tables.state.push(create(StateSchema, { flags, osState })),
    );
  }

  stack(stack: number): number {
    if (stack === 0) return 0;
    const missing: number[] = [];
    let at = stack;
    while (at !== 0 && !this.#ids.stack.has(at)) {
      missing.push(at);
      at = this.#model.stackParent(at);
    }
    let parent = at === 0 ? 0 : this.#ids.stack.get(at)!;
    for (const one of missing.reverse()) {
      this.#tables.pythonStacks ??= create(StacksSchema);
      const { parentDelta, frame } = this.#tables.pythonStacks;
      const id = frame.push(this.#frame(this.#model.stackFrame(one)));
      parentDelta.push(id - parent);
      this.#ids.stack.set(one, id);
      this.#size += 6;
      parent = id;
    }
    return parent;
  }

  /** The tables, which must not be added to afterwards. */
  finish(): Tables {
    this.#tables.code.forEach((code, i) => {
      code.lineTable = locationTable(this.#positions[i]!, code.firstLine);
    });
    return this.#tables;
  }

  #frame(frame: number): number {
    return this.#id("frame", frame, () => {
      const made = this.#model.frames[frame]!;
      const code = this.#code(made.function);
      const instruction = 2 * (this.#positions[code - 1]!.push(made) - 1);
      this.#tables.pythonFrames ??= create(PythonFramesSchema);
      const frames = this.#tables.pythonFrames;
      frames.instruction.push(instruction);
      frames.flags.push(0);
      return frames.code.push(code);
    });
  }

  #code(index: number): number {
    return this.#id("code", index, () => {
      const { name, file, firstLine } = this.#model.functions[index]!;
      this.#positions.push([]);
      return this.#tables.code.push(
        create(CodeObjectSchema, {
          name: this.#string(name),
          file: this.#string(file),
          firstLine,
          lineTableKind: LineTableKind.LINE_TABLE_LOCATIONS,
        }),
      );
    });
  }

  #process(index: number): number {
    return this.#id("process", index, () => {
      const { pid, command, pythonVersion } = this.#model.processes[index]!;
      const python =
        pythonVersion === undefined
          ? {}
          : {
              python: {
                implementation: this.#string("Python"),
                version: this.#string(pythonVersion || "of a version that is not recorded"),
              },
            };
      const argument = command.map((word) => this.#string(word));
      return this.#tables.process.push(create(ProcessSchema, { pid, argument, ...python }));
    });
  }

  #string(text: string): number {
    if (text === "") return 0;
    return this.#id("string", text, () => {
      this.#size += 3 * text.length;
      return this.#tables.string.push(text);
    });
  }

  #id(table: IdTable, key: string | number, add: () => number): number {
    const ids: Map<unknown, number> = this.#ids[table];
    const known = ids.get(key);
    if (known !== undefined) return known;
    this.#size += 16;
    const id = add();
    ids.set(key, id);
    return id;
  }
}
