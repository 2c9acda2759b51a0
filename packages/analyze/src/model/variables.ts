// SPDX-License-Identifier: MIT

/** The local variables of a thread at one moment. */
export interface ThreadVariables {
  /** Index in `Profile.threads`. */
  readonly thread: number;
  /** Of the tick that they were read at. */
  readonly timeNanos: number;
  readonly frames: readonly FrameVariables[];
}

export interface FrameVariables {
  /** Of its Python frames, as recorded; 0: the innermost. */
  readonly depth: number;
  /** Arguments first. */
  readonly variables: readonly LocalVariable[];
}

export interface LocalVariable {
  readonly name: string;
  /** `cell`: shared with functions that are defined in it, or around it. */
  readonly kind: "argument" | "local" | "cell";
  readonly typeName: string;
  /** A literal as Python would write it, or `<TYPE at 0xADDRESS>`; `undefined`: not recorded. */
  readonly value: string | undefined;
  /** There is more of it. */
  readonly truncated: boolean;
}
