// SPDX-License-Identifier: MIT

/** Who kept whom from running Python code. Times are wall nanoseconds. */
export interface GilBlame {
  /** False: the capture does not say who held the GIL (a free-threaded build, or it was not read). */
  readonly known: boolean;
  /** Time in which a thread of the selection held it, added over processes. */
  readonly heldNanos: number;
  /** Time that threads of the selection waited for it, added over threads. */
  readonly waitedNanos: number;
  /** Of that, time in which no thread was seen with it: between two holders. */
  readonly unattributedNanos: number;
  /** Threads that held it or waited for it, the longest wait of others first. */
  readonly threads: readonly GilThread[];
  /** Who waited while whom held it, the longest first. */
  readonly pairs: readonly GilPair[];
  /** What holders ran while others waited, the longest by itself first. */
  readonly functions: readonly GilFunction[];
}

export interface GilThread {
  /** Index in `profile.threads`. */
  readonly thread: number;
  /** Time of the selection in which it held the GIL. */
  readonly heldNanos: number;
  /** The longest time in which every tick saw it with the GIL. */
  readonly longestHoldNanos: number;
  /** Time that it waited for the GIL. */
  readonly waitedNanos: number;
  /** Time that threads of the selection waited while it held the GIL. */
  readonly blamedNanos: number;
}

export interface GilPair {
  /** Indexes in `profile.threads`. */
  readonly holder: number;
  readonly waiter: number;
  readonly nanos: number;
}

export interface GilFunction {
  /** Index in `profile.functions`. */
  readonly function: number;
  /** Wait of others while a holder was in it, innermost. */
  readonly selfNanos: number;
  /** Wait of others while it was anywhere on the holder's stack. */
  readonly totalNanos: number;
}
