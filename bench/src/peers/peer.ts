// SPDX-License-Identifier: MIT

import type { Command } from "@pyspy/test/support/python-command";

/** As fast as it goes. */
export const FLAT_OUT_HERTZ = 1_000_000;

/**
 * A program that records a running Python process: ours, or one to compare it with. A new one is a
 * file here and an entry in find-peers.ts. It must end and write what it has at SIGINT.
 */
export interface Peer {
  /** As the tables name it. */
  readonly name: string;
  /** It records nothing, for comparison: its memory and its file mean nothing. */
  readonly isControl?: boolean;
  /** Asked rates at which its cost, and what it does to the target, are measured. */
  readonly costHertz: readonly number[];
  readonly slowdownHertz: readonly number[];
  /** Asked rates at which its cost is measured on many threads. */
  readonly threadsHertz: readonly number[];
  /** It prints this when it begins to take samples; `undefined`: it makes its file then. */
  readonly readyText: string | undefined;
  command(pid: number, rateHertz: number, output: string): Command;
  /** What it recorded, out of its file and of what it printed. */
  recorded(output: string, printed: string): Recorded;
}

/** What a recorder says of its own recording. */
export interface Recorded {
  readonly samples: number;
  /** Where it counts them. */
  readonly own?: OwnCounts;
}

export interface OwnCounts {
  readonly ticksAsked: number;
  readonly ticksMissed: number;
  readonly ticksLate: number;
  readonly samplesUnstable: number;
  /** Reads repeated because the thread had moved. */
  readonly retries: number;
  /** Times the thread was stopped. */
  readonly stops: number;
  /** How long the stops took: how many by powers of two of nanoseconds. */
  readonly pauseBuckets: readonly number[];
  /** From its start to its end. */
  readonly cpuNanos: number;
  readonly recordedNanos: number;
}

/** A recorder that is not here, and why. */
export interface AbsentPeer {
  readonly name: string;
  readonly absent: string;
}

export function absentBecause(name: string, error: unknown): AbsentPeer {
  const reason = error instanceof Error ? error.message : String(error);
  return { name, absent: reason.trim().split("\n").at(-1) ?? "" };
}
