// SPDX-License-Identifier: MIT

/** A quantity over time: one replicate (a recording, a process) of one side of a comparison. */
export interface Series {
  /** Means over equal windows of time, in the order of time. */
  readonly windows: Float64Array;
  /** Mean over all of the time, which may end with a part of a window. */
  readonly mean: number;
  /** Length of that time, in windows. */
  readonly length: number;
}

/** What is compared: the replicates of both sides. */
export interface Sides {
  readonly before: readonly Series[];
  readonly after: readonly Series[];
}

/** The mean of all of the time of the replicates. */
export function meanOf(side: readonly Series[]): number {
  return side.reduce((sum, { mean, length }) => sum + mean * length, 0) / lengthOf(side);
}

/** In windows. */
export function lengthOf(side: readonly Series[]): number {
  return side.reduce((sum, { length }) => sum + length, 0);
}
