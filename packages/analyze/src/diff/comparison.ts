// SPDX-License-Identifier: MIT

import type { CallTree, FrameLabel } from "../model/call-tree.ts";
import type { Selection } from "../select/selection.ts";
import type { Effect } from "../statistics/compare-means.ts";
import type { TimeRange } from "../time/time-range.ts";
import type { Matching } from "./align-functions.ts";
import type { MachineDrift } from "./machine-drift.ts";
import type { DiffUnit } from "./window-sums.ts";

/**
 * One observation of a side: a recording, or one of several like processes. A side is the mean of its
 * replicates.
 */
export interface Replicate {
  readonly selection: Selection;
  /** The stretches of the recording that count, in the order of time; without them, all. */
  readonly within?: readonly TimeRange[] | undefined;
}

/**
 * What is compared. "rate": seconds per recorded second, which shows growth as growth; "share" of
 * everything selected, in which one that grows makes all others shrink; "work": seconds per unit of
 * work done, which has to be told.
 */
export type Measure = "rate" | "share" | "work";

export interface CompareOptions {
  readonly unit: DiffUnit;
  readonly measure: Measure;
  /** Units of work done on each side, all replicates together; needed for the measure "work". */
  readonly work?: { readonly before: number; readonly after: number } | undefined;
  /** Smaller changes are of no interest: a share of the larger side's whole, 0.005 for 0.5 %. */
  readonly threshold: number;
  /** Of the changes reported, this share may be false. */
  readonly falseDiscoveryRate: number;
  /** Without it, by file and name. */
  readonly matching?: Matching | undefined;
}

export const DEFAULT_THRESHOLD = 0.005;
export const DEFAULT_FALSE_DISCOVERY_RATE = 0.05;

/**
 * - `grew`, `shrank`: more than the threshold, and told from noise.
 * - `new`, `gone`: the same, and not seen at all on one side.
 * - `same`: if it changed, by less than the threshold: the whole interval says so.
 * - `unclear`: a change as large as the threshold can neither be seen nor be ruled out.
 */
export type Verdict = "grew" | "shrank" | "new" | "gone" | "same" | "unclear";

/** A quantity on both sides, in the measure of the comparison, and what can be said of it. */
export interface Change extends Effect {
  readonly verdict: Verdict;
  /** `p`, corrected for the number of functions that were asked about. */
  readonly q: number;
  /**
   * Seconds to record on each side to tell a difference of this size, or of the threshold if that is
   * more, in four of five cases. Only of what is unclear.
   */
  readonly secondsToTell?: number | undefined;
  /** The weights themselves, nanoseconds, all replicates added up. */
  readonly beforeNanos: number;
  readonly afterNanos: number;
}

export interface FunctionChange {
  readonly label: FrameLabel;
  /** Innermost. */
  readonly self: Change;
  /** With all that it called. */
  readonly total: Change;
}

/** What one side consists of. */
export interface SideFacts {
  readonly replicates: number;
  readonly recordedNanos: number;
  readonly samples: number;
  /** Everything selected. */
  readonly weightNanos: number;
  /** Windows of time from which the spread was taken. */
  readonly windows: number;
}

export interface Comparison {
  readonly unit: DiffUnit;
  readonly measure: Measure;
  readonly threshold: number;
  /** The threshold in the measure. */
  readonly leastDifference: number;
  readonly falseDiscoveryRate: number;
  readonly before: SideFacts;
  readonly after: SideFacts;
  readonly windowNanos: number;
  /** Whether the spread among replicates counts, too; else only that within recordings does. */
  readonly betweenReplicates: boolean;
  /** Whether what changes on the machine may stand between the sides. */
  readonly drift: MachineDrift;
  /** Everything selected; in the measure "share", in that of "rate". */
  readonly all: Change;
  /** Functions that reach the threshold on one of the sides; largest changes of `self` first. */
  readonly functions: readonly FunctionChange[];
  /** Functions that do not. */
  readonly untested: number;
  /** Functions were matched without their classes, as one of the Pythons does not tell them. */
  readonly bareNames: boolean;
}

/** The call paths of both sides. */
export interface PathComparison {
  /** Two trees of one shape, which hold the mean of the replicates in nanoseconds of one recorded second. */
  readonly before: CallTree;
  readonly after: CallTree;
  /** Of the nodes that reach the threshold, what can be said of their total. */
  readonly changes: ReadonlyMap<number, Change>;
}
