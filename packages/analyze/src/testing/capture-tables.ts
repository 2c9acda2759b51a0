// SPDX-License-Identifier: MIT
import { create } from "@bufbuild/protobuf";
import {
  CodeObjectSchema,
  LineTableKind,
  OwnerSchema,
  ProcessSchema,
  PythonFramesSchema,
  StacksSchema,
  StateFlag,
  StateSchema,
  type Tables,
  TablesSchema,
} from "@pyspy/schemas";
import type { TextRun } from "./stack-text.ts";

const MAX_TEST_LINE = 12;

/** A line table of 3.10 that gives the instruction at byte 2 (n - 1) the line n. */
const LINE_TABLE: Uint8Array = Uint8Array.from({ length: MAX_TEST_LINE * 2 }, (_, i) => {
  if (i % 2 === 0) return 2;
  return i === 1 ? 0 : 1;
});

export interface TestProcess {
  readonly pid: number;
  readonly command: readonly string[];
  readonly startBootNanos: bigint;
}

/** Interns what the runs of one chunk need, as an agent does. */
export class CaptureTables {
  readonly tables: Tables = create(TablesSchema);
  readonly #ids = new Map<string, number>();

  constructor(process: TestProcess) {
    this.tables.process.push(
      create(ProcessSchema, {
        pid: process.pid,
        startBootNanos: process.startBootNanos,
        argument: process.command.map((word) => this.string(word)),
        python: { hexVersion: 0x030a0df0, implementation: this.string("CPython") },
      }),
    );
  }

  string(text: string): number {
    if (text === "") return 0;
    return this.#id(`string ${text}`, () => this.tables.string.push(text));
  }

  owner(thread: string, tid: bigint): number {
    return this.#id(`owner ${thread}`, () =>
      this.tables.owner.push(
        create(OwnerSchema, {
          process: 1,
          kind: {
            case: "thread",
            value: {
              tid,
              pythonThreadId: 0x7f00_0000_0000n + tid,
              pythonName: this.string(thread),
              main: thread === "main",
            },
          },
        }),
      ),
    );
  }

  state(run: TextRun): number {
    const known =
      StateFlag.STATE_GIL_KNOWN | StateFlag.STATE_STACK_KNOWN | StateFlag.STATE_CPU_KNOWN;
    const flags = run.flags | known;
    const osState = run.osState === "" ? 0 : run.osState.charCodeAt(0);
    return this.#id(`state ${flags} ${osState}`, () =>
      this.tables.state.push(create(StateSchema, { flags, osState })),
    );
  }

  /** Id of a stack whose frames are given outermost first. */
  stack(frames: readonly string[]): number {
    if (frames.length === 0) return 0;
    const parent = this.stack(frames.slice(0, -1));
    const frame = this.#frame(frames.at(-1)!);
    return this.#id(`stack ${parent} ${frame}`, () => {
      this.tables.pythonStacks ??= create(StacksSchema);
      const stacks = this.tables.pythonStacks;
      const id = stacks.frame.push(frame);
      stacks.parentDelta.push(id - parent);
      return id;
    });
  }

  #frame(text: string): number {
    return this.#id(`frame ${text}`, () => {
      const [name, line = "1"] = text.split(":");
      const code = this.#code(name!);
      this.tables.pythonFrames ??= create(PythonFramesSchema);
      const frames = this.tables.pythonFrames;
      frames.instruction.push((Number(line) - 1) * 2);
      frames.flags.push(0);
      return frames.code.push(code);
    });
  }

  #code(name: string): number {
    return this.#id(`code ${name}`, () =>
      this.tables.code.push(
        create(CodeObjectSchema, {
          name: this.string(name),
          file: this.string("app.py"),
          firstLine: 1,
          lineTableKind: LineTableKind.LINE_TABLE_PEP626,
          lineTable: LINE_TABLE,
        }),
      ),
    );
  }

  #id(key: string, add: () => number): number {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = add();
    this.#ids.set(key, id);
    return id;
  }
}
