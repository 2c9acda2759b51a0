// SPDX-License-Identifier: MIT
import type { columns } from "@pyspy/schemas";
import type { GrowableInt32 } from "../model/growable.ts";
import { check, malformed } from "./malformed.ts";
import type { VarintColumn } from "./varint.ts";

/** The stacks of a chunk, Python's or native ones. Ids count from 1. */
export interface StackColumns {
  /** Id of the parent, 0 for a root; always below the own id. */
  readonly stackParent: GrowableInt32;
  /** Id of the innermost frame. */
  readonly stackFrame: GrowableInt32;
}

/**
 * Adds the stacks of one record to those of its chunk.
 *
 * @param frameCount the frames that the chunk has.
 * @param kind what they are, for messages: "python" or "native".
 * @param column for its values, which are those of this call.
 * @throws Malformed at the first entry that breaks a rule. Entries before it have been added.
 */
export function addStacks(
  { stackParent, stackFrame }: StackColumns,
  { parentDelta, frame: frames }: columns.Stacks,
  frameCount: number,
  kind: "python" | "native",
  column: VarintColumn,
): void {
  column.read(parentDelta);
  const count = column.length;
  for (let i = 0; i < count; i++) {
    const id = stackParent.length + 1;
    const delta = column.values[i]!;
    if (delta === 0 || delta > id)
      malformed(`${kind} stack ${id} with a parent ${delta} before it`);
    stackParent.push(id - delta);
  }
  column.read(frames);
  check(column.length === count, `columns of ${kind}_stacks differ in length`);
  for (let i = 0; i < count; i++) {
    const frame = column.values[i]!;
    if (frame === 0 || frame > frameCount) malformed(`${kind} stack of frame ${frame}`);
    stackFrame.push(frame);
  }
}
