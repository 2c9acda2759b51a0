// SPDX-License-Identifier: MIT
import type { FrameTable } from "../model/profile.ts";
import type { CodeTables } from "./frame-edit.ts";

/** What stands for several functions. */
export interface MadeFunction {
  readonly name: string;
  /** "": no one file. */
  readonly file: string;
  /** As in `PythonFunction`: what stands for native code has one. */
  readonly module?: string | undefined;
}

/** Tables with frames that no program has, behind those that were there. */
export interface MadeFrames {
  readonly code: CodeTables;
  /** Index of the frame of the first function; the others follow. */
  readonly firstFrame: number;
}

/** Adds a function and a frame without a line for each. */
export function addMadeFrames(code: CodeTables, made: readonly MadeFunction[]): MadeFrames {
  const { functions, frames } = code;
  const added = made.map(({ name, file, module }) => ({
    ...{ name, file, firstLine: 0, flags: 0 },
    ...(module === undefined ? {} : { module }),
  }));
  const first = functions.length;
  return {
    code: {
      ...code,
      functions: [...functions, ...added],
      frames: appendFrames(
        frames,
        made.map((_, i) => first + i),
      ),
    },
    firstFrame: frames.length,
  };
}

function appendFrames(frames: FrameTable, functions: readonly number[]): FrameTable {
  const length = frames.length + functions.length;
  const table = {
    length,
    function: new Int32Array(length),
    line: new Int32Array(length),
    column: new Int32Array(length).fill(-1),
    flags: new Uint8Array(length),
    address: new Int32Array(length).fill(-1),
  };
  table.function.set(frames.function);
  table.function.set(functions, frames.length);
  table.line.set(frames.line);
  table.column.set(frames.column);
  table.flags.set(frames.flags);
  table.address.set(frames.address);
  return table;
}
