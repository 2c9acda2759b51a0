// SPDX-License-Identifier: MIT

/** A stretch of time, nanoseconds from the profile's time zero. */
export interface TimeRange {
  /** Inclusive. */
  readonly fromNanos: number;
  /** Exclusive. */
  readonly toNanos: number;
}
