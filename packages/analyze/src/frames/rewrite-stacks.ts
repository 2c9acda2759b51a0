// SPDX-License-Identifier: MIT
import { PairTable } from "../model/pair-table.ts";
import type { StackTable } from "../model/profile.ts";
import { type CodeTables, type EditedCode, NO_STACK } from "./frame-edit.ts";

/** A table of stacks that is being made anew. */
export class StackWriter {
  readonly #stacks = new PairTable();

  /** Index of `frame` called by `parent` (`NO_STACK`: by nothing). */
  call(parent: number, frame: number): number {
    return this.#stacks.intern(parent, frame);
  }

  /** The innermost frame of a stack; -1 of none. */
  innermost(stack: number): number {
    return stack < 0 ? -1 : this.#stacks.second.values[stack]!;
  }

  /** The table: parents stand before their children, as they had to be there first. */
  build(): StackTable {
    return {
      length: this.#stacks.length,
      parent: this.#stacks.first.view(),
      frame: this.#stacks.second.view(),
    };
  }
}

/**
 * Says what becomes of one stack.
 *
 * @param parent the new stack of its callers.
 * @param frame its innermost frame.
 * @param stack its index before.
 * @returns its new stack.
 */
export type StackStep = (
  writer: StackWriter,
  parent: number,
  frame: number,
  stack: number,
) => number;

/**
 * Makes all stacks anew, callers before callees. A stack counts as changed when its own frame did not
 * become a call by its new parent, or when its parent has changed.
 *
 * @param changes whether `step` changed the stack, where that is not seen from its outcome.
 */
export function rewriteStacks(
  code: CodeTables,
  step: StackStep,
  changes: (frame: number, stack: number) => boolean = () => false,
): EditedCode {
  const { length, parent, frame } = code.stacks;
  const writer = new StackWriter();
  const stackOf = new Int32Array(length);
  const changed = new Uint8Array(length);
  for (let stack = 0; stack < length; stack++) {
    const above = parent[stack]!;
    const newParent = above < 0 ? NO_STACK : stackOf[above]!;
    const own = frame[stack]!;
    const now = step(writer, newParent, own, stack);
    stackOf[stack] = now;
    const kept = now !== NO_STACK && now !== newParent && !changes(own, stack);
    if (!kept || (above >= 0 && changed[above] === 1)) changed[stack] = 1;
  }
  return { code: { ...code, stacks: writer.build() }, stackOf, changed };
}

/** Keeps the frames that are marked, in their order. */
export function keepFrames(code: CodeTables, kept: Uint8Array): EditedCode {
  return rewriteStacks(code, (writer, parent, frame) =>
    kept[frame] === 1 ? writer.call(parent, frame) : parent,
  );
}

/** Keeps whole stacks as they are, or none of them. */
export function keepStacks(code: CodeTables, kept: Uint8Array): EditedCode {
  const stackOf = Int32Array.from(kept, (keep, stack) => (keep === 1 ? stack : NO_STACK));
  return { code, stackOf, changed: new Uint8Array(kept.length) };
}

/** Marks the stacks that have a marked frame anywhere. */
export function stacksWith({ stacks }: CodeTables, marked: Uint8Array): Uint8Array {
  const { length, parent, frame } = stacks;
  const found = new Uint8Array(length);
  for (let stack = 0; stack < length; stack++) {
    const above = parent[stack]!;
    found[stack] = marked[frame[stack]!]! | (above < 0 ? 0 : found[above]!);
  }
  return found;
}
