// SPDX-License-Identifier: MIT

import { sha256 } from "@noble/hashes/sha2.js";
import {
  isRecorded,
  type Profile,
  processRoles,
  type Selection,
  summarizeSelection,
} from "@pyspy/analyze";
import { strToU8 } from "fflate";
import { type CodeTable, codeTable, stackLocations } from "../code/code-table.ts";
import { codeNames } from "./code-names.ts";

const NANOS_PER_MICRO = 1000n;

/** What the rows of tables are made of: a selection of one input, as far as tables have it. */
export interface CaptureRows {
  /** Whole, below 2^53; the same whenever and wherever these recordings are read. */
  readonly id: number;
  /** The name of the input. */
  readonly name: string;
  readonly selection: Selection;
  /** The profile's time zero: whole microseconds since 1970-01-01 UTC, and the nanoseconds behind them. */
  readonly origin: { readonly micros: number; readonly nanos: number };
  /** Its recordings say when samples were taken; else the times in `selection` only keep an order. */
  readonly timed: boolean;
  readonly recordings: ReturnType<typeof summarizeSelection>["recordings"];
  readonly code: CodeTable;
  /** Module and owner of every entry of `code.functions`. */
  readonly names: ReturnType<typeof codeNames>;
  /** Role of every process. */
  readonly roles: readonly string[];
  /** Indexes in `profile.stacks` of the stacks that have an observation, ascending. */
  readonly stacks: Int32Array;
}

/** Makes what is needed for all tables of a selection. */
export function captureRows(selection: Selection, name: string): CaptureRows {
  const { profile } = selection;
  const code = codeTable(profile, { lines: true });
  return {
    id: captureId(selection.recorded, name),
    name,
    selection,
    origin: {
      micros: Number(profile.originRealtimeNanos / NANOS_PER_MICRO),
      nanos: Number(profile.originRealtimeNanos % NANOS_PER_MICRO),
    },
    timed: isRecorded(selection.recorded, "times"),
    recordings: summarizeSelection(selection).recordings,
    code,
    names: codeNames(profile, code),
    roles: processRoles(profile),
    stacks: observedStacks(selection),
  };
}

/** Index in `code.locations` of the frames of a stack, outermost first. */
export function stackPlaces({ selection, code }: CaptureRows, stack: number): number[] {
  return stackLocations(selection.profile, code, stack).reverse();
}

/**
 * From what tells recordings apart, wherever the file is. A recording without an id (redacted ones have
 * none) is told by its name and its time.
 */
function captureId({ recordings, originRealtimeNanos }: Profile, name: string): number {
  const ids = recordings.map(({ header }) => header.captureId);
  const known = ids.length > 0 && ids.every((id) => id.length > 0);
  const text = known ? ids.map((id) => id.join(".")).join() : `${name} ${originRealtimeNanos}`;
  const digest = new DataView(sha256(strToU8(text)).buffer);
  return (digest.getUint32(0) & 0x1fffff) * 2 ** 32 + digest.getUint32(4);
}

function observedStacks({ profile, runs }: Selection): Int32Array {
  const seen = new Uint8Array(profile.stacks.length);
  for (const run of runs) {
    const stack = profile.samples.stack[run]!;
    if (stack >= 0) seen[stack] = 1;
  }
  return Int32Array.from(seen.keys()).filter((stack) => seen[stack] === 1);
}
