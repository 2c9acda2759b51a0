// SPDX-License-Identifier: MIT
import { InvalidFilterError } from "../errors.ts";
import { type FramePattern, parseFramePattern } from "../frames/frame-pattern.ts";
import { parseDuration } from "../time/duration.ts";

/** The most that something may be: a share of the whole, or a time. */
export type Bound =
  | { readonly kind: "share"; readonly share: number }
  | { readonly kind: "time"; readonly nanos: number };

/**
 * A limit that a recording must keep.
 *
 * - `self`, `total`: weight of the functions that match, by themselves or with what they call.
 * - `gil-wait`: time that threads waited for the GIL; of the time that they wanted to run.
 * - `gil-hold`: the longest time that a thread held the GIL at every tick.
 */
export interface Limit {
  readonly kind: "self" | "total" | "gil-wait" | "gil-hold";
  /** Of `self` and `total`. */
  readonly pattern: FramePattern | undefined;
  readonly bound: Bound;
  /** As it was written. */
  readonly text: string;
}

const FUNCTION_LIMIT = /^(self|total):(.+)<=?([^<]+)$/s;

/**
 * "self:json\..*<5%", "total:PATTERN<2s": PATTERN as in the filters of frames.
 *
 * @throws InvalidFilterError
 */
export function parseFunctionLimit(text: string): Limit {
  const match = FUNCTION_LIMIT.exec(text);
  if (match === null) {
    throw new InvalidFilterError(`${text} is no limit: self:PATTERN<5% or total:PATTERN<2s`);
  }
  const kind = match[1] as "self" | "total";
  return { kind, pattern: parseFramePattern(match[2]!), bound: parseBound(match[3]!), text };
}

/** "20%" or "100ms". @throws InvalidFilterError */
export function parseBound(text: string): Bound {
  const percent = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(text);
  if (percent !== null) return { kind: "share", share: Number(percent[1]) / 100 };
  const nanos = parseDuration(text);
  if (nanos === undefined) throw new InvalidFilterError(`${text} is no limit: 5% or 100ms`);
  return { kind: "time", nanos };
}
