// SPDX-License-Identifier: MIT
import type { EndReason } from "@pyspy/schemas";
import type { Damage, RecordingNote } from "../model/profile.ts";
import type { EditNote, FilterStep, Totals } from "../select/selection.ts";
import type { HotRow } from "../tree/hottest.ts";

/**
 * What every answer about a selection has to say: what was recorded, how well, and what of it is looked
 * at. Times are nanoseconds, shares are between 0 and 1.
 */
export interface SelectionSummary {
  readonly recordings: readonly RecordingSummary[];
  /** Of the selection. */
  readonly selected: Totals;
  /** The filters that made the selection. */
  readonly steps: readonly FilterStep[];
  /** How the stacks of the selection were changed. */
  readonly edits: readonly EditNote[];
  readonly quality: QualitySummary;
}

export interface Summary extends SelectionSummary {
  readonly processes: readonly ProcessSummary[];
  /** By process, the main thread first, then by wall time. */
  readonly threads: readonly ThreadSummary[];
  /** All functions of the selection in wall nanoseconds, by self and then by total. */
  readonly functions: readonly HotRow[];
}

export interface RecordingSummary {
  /** Nanoseconds since 1970-01-01 UTC; `undefined`: the header is lost. */
  readonly startRealtimeNanos: bigint | undefined;
  readonly durationNanos: number;
  readonly agentVersion: string;
  /** "" unless recorded. */
  readonly hostName: string;
  /** "Linux 6.1.0 x86_64"; "" if unknown. */
  readonly system: string;
  readonly rateAskedHertz: number;
  /** Ticks taken per second; `undefined`: not known. */
  readonly rateAchievedHertz: number | undefined;
  /** How it ended; `undefined`: it did not, the agent was killed or the file was cut. */
  readonly endReason: EndReason | undefined;
  readonly endMessage: string;
  readonly notes: readonly RecordingNote[];
  /** Given by the user, to this recording or when it was merged. */
  readonly labels: Readonly<Record<string, string>>;
  /** What another program recorded; `undefined`: our own agent did. */
  readonly imported: ImportSummary | undefined;
}

export interface ImportSummary {
  /** "austin-mojo" */
  readonly format: string;
  /** "py-spy@0.4.2"; "": the file does not say it. */
  readonly program: string;
  /** What is not as in a recording of our own, in whole sentences. */
  readonly losses: readonly string[];
}

export interface ProcessSummary {
  /** Index in `profile.processes`. */
  readonly process: number;
  readonly pid: number;
  readonly parentPid: number;
  readonly command: readonly string[];
  readonly executable: string;
  /** "CPython 3.13.0"; "" for what is not Python. */
  readonly python: string;
  readonly totals: Totals;
}

export interface ThreadSummary {
  /** Index in `profile.threads`. */
  readonly thread: number;
  readonly pid: number;
  readonly tid: bigint;
  readonly name: string;
  readonly main: boolean;
  readonly totals: Totals;
  /** Of its wall time, by the rule of `isIdle`. */
  readonly idleShare: number;
  /** Of its wall time, with the GIL held; `undefined`: the GIL was never read. */
  readonly gilShare: number | undefined;
}

/** What the numbers are worth. Sums over the recordings. */
export interface QualitySummary {
  readonly ticksAsked: number;
  readonly ticksTaken: number;
  readonly ticksLate: number;
  readonly ticksMissed: number;
  readonly samples: number;
  readonly samplesFailed: number;
  readonly samplesUnstable: number;
  readonly samplesTruncated: number;
  /** Observations whose Python stack was not read, or is empty. */
  readonly samplesWithoutStack: number;
  /** Observations of what this version cannot show; see `Recording`. */
  readonly samplesUnsupported: number;
  readonly retries: number;
  readonly stops: number;
  readonly stopsTimedOut: number;
  /** How long stopped threads stood, in all and at most. */
  readonly pauseNanos: number;
  readonly longestPauseNanos: number;
  readonly agentCpuNanos: number;
  readonly agentRssBytes: number;
  /** See `Recording.unobservedNanos`. */
  readonly unobservedNanos: number;
  readonly damage: readonly Damage[];
}
