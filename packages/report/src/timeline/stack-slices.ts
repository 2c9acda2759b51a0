// SPDX-License-Identifier: MIT

import type { Profile } from "@pyspy/analyze";
import { type CodeTable, stackLocations } from "../code/code-table.ts";

/** A function begins or ends to be on the stack of a thread. */
export interface SliceEvent {
  readonly kind: "begin" | "end";
  /** Whole ns since the profile's time zero. */
  readonly nanos: number;
  /** Index in `CodeTable.functions`. */
  readonly function: number;
}

/**
 * What one thread's runs look like to tools that know no samples: a function that is on the stack
 * of two runs in a row, at the same depth below the same callers, is taken to have been there
 * without a break. Events nest, and are in the order of time; between runs that do not follow each
 * other (left out, not recorded) nothing is on the stack.
 *
 * @param runs in the order of time.
 */
export function* stackSlices(
  profile: Profile,
  code: CodeTable,
  runs: Iterable<number>,
): Generator<SliceEvent> {
  const { samples } = profile;
  let open: number[] = [];
  let end = 0;
  const close = function* (depth: number): Generator<SliceEvent> {
    while (open.length > depth) yield { kind: "end", nanos: end, function: open.pop()! };
  };
  for (const run of runs) {
    const start = Math.max(Math.round(samples.startNanos[run]!), end);
    const stop = Math.max(Math.round(samples.startNanos[run]! + samples.wallNanos[run]!), start);
    if (stop === start) continue;
    if (start > end) yield* close(0);
    const path = stackLocations(profile, code, samples.stack[run]!)
      .map((place) => code.locations.function[place]!)
      .reverse();
    let common = 0;
    while (common < open.length && open[common] === path[common]) common++;
    yield* close(common);
    for (const index of path.slice(common)) {
      yield { kind: "begin", nanos: start, function: index };
    }
    open = path;
    end = stop;
  }
  yield* close(0);
}
