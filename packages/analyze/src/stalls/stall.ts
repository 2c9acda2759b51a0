// SPDX-License-Identifier: MIT

/** A time in which a thread did not get on, as far as the ticks tell. Times are nanoseconds. */
export interface Stall {
  /**
   * - `stack`: at every tick the thread was on the same stack.
   * - `gil`: at every tick it held the GIL.
   */
  readonly kind: "stack" | "gil";
  /** Index in `profile.threads`. */
  readonly thread: number;
  /** From the profile's time zero. */
  readonly startNanos: number;
  readonly durationNanos: number;
  /** Ticks that saw it. */
  readonly samples: number;
  /** Index in `profile.stacks`: the stack, or of a GIL the part at the root that all had; -1: none. */
  readonly stack: number;
  readonly cpuNanos: number;
  /** Of the duration: not runnable, with the GIL, waiting for the GIL. */
  readonly idleShare: number;
  readonly gilShare: number;
  readonly gilWaitShare: number;
  /** How long other threads waited for the GIL while this one held it; 0 for a `stack`. */
  readonly blamedNanos: number;
}

export interface StallOptions {
  /** Shorter ones are left out. */
  readonly leastNanos: number;
  /** Also times in which the thread was blocked and did not wait for the GIL. */
  readonly blocked: boolean;
  /** Stacks differ when a line does; otherwise when a function does. */
  readonly lines: boolean;
}

/** All that were found, the longest first. */
export interface Stalls {
  readonly stalls: readonly Stall[];
  /** The longest time between two ticks that the rate allows: what is shorter was seen once. */
  readonly periodNanos: number;
}
