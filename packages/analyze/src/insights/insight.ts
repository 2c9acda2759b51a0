// SPDX-License-Identifier: MIT
import type { FunctionChange } from "../diff/comparison.ts";
import type { FrameLabel } from "../model/call-tree.ts";
import type { QualityAssessment } from "../quality/quality-finding.ts";
import type { Stall } from "../stalls/stall.ts";

/**
 * What a reader should know first. "problem": it costs the program time that it need not lose; "notice":
 * worth a look; "fine": it was looked for, and is not there.
 */
export type InsightLevel = "problem" | "notice" | "fine";

interface Leveled {
  readonly level: InsightLevel;
}

/** What the numbers are worth, in general. */
export interface QualityInsight extends Leveled {
  readonly kind: "quality";
  readonly assessment: QualityAssessment;
}

/** How busy the program was. */
export interface LoadInsight extends Leveled {
  readonly kind: "load";
  /** CPU seconds for each recorded second. */
  readonly cores: number;
  /** False: the capture does not say how much CPU time passed. */
  readonly cpuKnown: boolean;
  /** Of the time of all threads. */
  readonly idleShare: number;
}

/** Where the time went. */
export interface HotInsight extends Leveled {
  readonly kind: "hot";
  readonly functions: readonly HotFunction[];
  /** Functions that take half of the time together, by their own time. */
  readonly halfCount: number;
}

export interface HotFunction {
  readonly label: FrameLabel;
  /** Of the wall time of the selection, by itself and with what it calls. */
  readonly selfShare: number;
  readonly totalShare: number;
  /**
   * Half the width of the interval in which the own share lies with 95 %, if ticks were independent of each
   * other: the least that must be allowed for.
   */
  readonly margin: number;
}

/** Whether threads kept each other from running. */
export interface GilInsight extends Leveled {
  readonly kind: "gil";
  /** False: the capture does not say who held the GIL. */
  readonly known: boolean;
  readonly waitedNanos: number;
  /** Of the time in which threads wanted to run: those that ran, and those that waited. */
  readonly waitShare: number;
  /** Threads that waited, on average. */
  readonly waitingThreads: number;
  /** Index in `profile.threads` of the one that made others wait the longest; -1: none. */
  readonly holder: number;
  /** Of the wait. */
  readonly holderShare: number;
  /** Index in `profile.functions`: what holders ran for most of it; -1: none. */
  readonly function: number;
}

/** Whether a thread stood still, or kept the GIL, for long. */
export interface StallInsight extends Leveled {
  readonly kind: "stalls";
  /** Stalls of `leastNanos` and more. */
  readonly count: number;
  readonly leastNanos: number;
  /** Whether they are those of an event loop, in which nothing else went on meanwhile. */
  readonly ofEventLoop: boolean;
  /** The one that kept others waiting the longest, else the longest; none: there is none. */
  readonly worst: Stall | undefined;
}

/** A process that does not do as its siblings do. */
export interface WorkerInsight extends Leveled {
  readonly kind: "worker";
  /** Processes that were compared. */
  readonly siblings: number;
  readonly role: string;
  /** Index in `profile.processes`; -1: all do alike. */
  readonly process: number;
  /** Active time, of the time in which it was there; and the median of the others. */
  readonly activeShare: number;
  readonly usualShare: number;
  /** Functions that tell it from the others beyond noise, the largest difference first. */
  readonly changes: readonly FunctionChange[];
}

export type Insight =
  | QualityInsight
  | LoadInsight
  | HotInsight
  | GilInsight
  | StallInsight
  | WorkerInsight;
