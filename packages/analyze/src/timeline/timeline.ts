// SPDX-License-Identifier: MIT

/** What threads did, in equal parts of the time that was recorded. */
export interface Timeline {
  /** Length of every part but the last. */
  readonly stepNanos: number;
  /** In the order of time, without gaps. */
  readonly parts: readonly TimelinePart[];
}

/** Sums over the threads of the selection, in nanoseconds: of n busy threads, n times the step. */
export interface TimelinePart {
  /** From the profile's time zero. */
  readonly startNanos: number;
  /** The step; of the last part what is left of the time. */
  readonly durationNanos: number;
  /** Time in which threads were observed. */
  readonly wallNanos: number;
  /** Time in which they were not idle. */
  readonly activeNanos: number;
  readonly cpuNanos: number;
  readonly gilNanos: number;
  readonly gilWaitNanos: number;
  /** Index in `profile.functions` of the function with the most time of its own, active time unless
   * otherwise asked; -1: none. */
  readonly hottest: number;
  /** Its time. */
  readonly hottestNanos: number;
}
