// SPDX-License-Identifier: MIT

/**
 * What speaks against the numbers of a capture, or should be known of them.
 *
 * - `no-samples`: there is nothing to judge.
 * - `few-ticks`: shares cannot be told finely.
 * - `missed-ticks`: the agent did not get to look as often as asked.
 * - `late-ticks`: it looked later than planned.
 * - `lower-rate`: it went on at a lower rate to keep within its limits.
 * - `unstable`: only the part of a stack at the root is known.
 * - `truncated`: the part at the root is missing.
 * - `failed`: nothing could be read of a thread at a tick.
 * - `no-stack`: a thread was seen without a Python stack.
 * - `unsupported`: observations of what this version does not show.
 * - `unobserved`: time between ticks that nothing stands for.
 * - `gil-unknown`: who held the GIL was not read.
 * - `late-stops`: threads that could not be stopped in time.
 * - `cut`: a recording has no end.
 * - `damage`: a part of the file cannot be used.
 */
export type QualityKind =
  | "no-samples"
  | "few-ticks"
  | "missed-ticks"
  | "late-ticks"
  | "lower-rate"
  | "unstable"
  | "truncated"
  | "failed"
  | "no-stack"
  | "unsupported"
  | "unobserved"
  | "gil-unknown"
  | "late-stops"
  | "cut"
  | "damage";

export interface QualityFinding {
  readonly kind: QualityKind;
  /** "warning": results may be wrong by more than the noise of sampling. */
  readonly level: "warning" | "note";
  /** What it is a share of is part of the kind; 0 where it is no share. */
  readonly share: number;
  readonly count: number;
}

/** What the numbers of a capture are worth. */
export interface QualityAssessment {
  /** "good": no finding; "usable": notes only; "doubtful": a warning. */
  readonly verdict: "good" | "usable" | "doubtful";
  /** Warnings first, then the largest shares. */
  readonly findings: readonly QualityFinding[];
  /**
   * Half the width of the interval in which a share of 10 % lies with 95 %, if ticks were independent
   * of each other: the least that must be allowed for. 1 where there are no ticks.
   */
  readonly shareMargin: number;
  /** How often threads were stopped for how long: bucket i has pauses below 2^i ns; see pspy.proto. */
  readonly pauseBuckets: readonly number[];
}
