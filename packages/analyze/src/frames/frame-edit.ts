// SPDX-License-Identifier: MIT
import type { FrameTable, PythonFunction, StackTable } from "../model/profile.ts";

/** The tables of a profile that say what its stacks are made of. */
export interface CodeTables {
  readonly functions: readonly PythonFunction[];
  readonly frames: FrameTable;
  readonly stacks: StackTable;
}

/** What an edit made of the stacks. */
export interface EditedCode {
  readonly code: CodeTables;
  /**
   * The new stack of every stack that there was; `NO_STACK`: none of its frames is left, and the
   * observations that end in it are left out.
   */
  readonly stackOf: Int32Array;
  /** 1 for every stack that there was and that has other frames now. */
  readonly changed: Uint8Array;
}

/** A change of stacks: frames are taken out or put together, or whole stacks are refused. */
export interface FrameEdit {
  /** The option's name: "focus", "hide". */
  readonly name: string;
  /** What it does to stacks, in words: "frames that match /x/ are hidden"; "": it only refuses. */
  readonly does: string;
  /** Which observations it leaves out, in words: "samples without a frame that matches /x/". */
  readonly removes: string;
  /** Whether observations without a stack stay. */
  readonly keepsStackless: boolean;
  apply(code: CodeTables): EditedCode;
}

/** Index of no stack. */
export const NO_STACK = -1;
