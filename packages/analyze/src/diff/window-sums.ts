// SPDX-License-Identifier: MIT

import type { Selection } from "../select/selection.ts";
import { runWeights } from "../tree/run-weights.ts";
import type { AlignedStacks } from "./aligned-stacks.ts";
import type { RecordedTime } from "./recorded-time.ts";

/** What was used in one window of time: pairs of an index and what it weighs, in nanoseconds. */
export interface WindowSums {
  /** Everything selected. */
  readonly all: number;
  /** Call paths that occur, with the weight of their subtree. Views: valid until the next window. */
  readonly nodes: Int32Array;
  readonly nodeTotal: Float64Array;
  readonly nodeSelf: Float64Array;
}

/** Weights that differ between windows need a time; samples are a count that follows the rate. */
export type DiffUnit = "wall-nanos" | "cpu-nanos";

/** Calls `visit` for each window in which something was seen, in the order of time. */
export function forEachWindow(
  selection: Selection,
  time: RecordedTime,
  windowNanos: number,
  unit: DiffUnit,
  stacks: Pick<AlignedStacks, "parent" | "length">,
  nodeOfStack: Int32Array,
  visit: (window: number, sums: WindowSums) => void,
): void {
  const pieces = piecesByWindow(selection, time, windowNanos, unit);
  const total = new Float64Array(stacks.length);
  const self = new Float64Array(stacks.length);
  const seen = new Uint8Array(stacks.length);
  const touched = new Int32Array(stacks.length);
  for (let window = 0; window + 1 < pieces.start.length; window++) {
    let count = 0;
    let all = 0;
    for (let i = pieces.start[window]!; i < pieces.start[window + 1]!; i++) {
      const stack = selection.profile.samples.stack[pieces.run[i]!]!;
      const node = stack < 0 ? 0 : nodeOfStack[stack]!;
      const weight = pieces.weight[i]!;
      all += weight;
      self[node]! += weight;
      for (let at = node; at >= 0 && seen[at] === 0; at = stacks.parent[at]!) {
        seen[at] = 1;
        touched[count++] = at;
      }
    }
    if (count === 0) continue;
    // Parents stand before their children: from the last on, each adds what it has to its parent.
    const nodes = touched.subarray(0, count).sort();
    for (const node of nodes) total[node] = self[node]!;
    for (let i = count - 1; i > 0; i--) {
      const node = nodes[i]!;
      total[stacks.parent[node]!]! += total[node]!;
    }
    visit(window, { all, nodes, nodeTotal: total, nodeSelf: self });
    for (const node of nodes) {
      total[node] = 0;
      self[node] = 0;
      seen[node] = 0;
    }
  }
}

/** Runs cut at the limits of windows, those of a window together. */
interface Pieces {
  readonly run: Int32Array;
  readonly weight: Float64Array;
  /** Where each window's pieces start; one more entry than there are windows. */
  readonly start: Int32Array;
}

function piecesByWindow(
  selection: Selection,
  time: RecordedTime,
  windowNanos: number,
  unit: DiffUnit,
): Pieces {
  const { samples } = selection.profile;
  const weights = runWeights(samples, unit);
  const windows = Math.max(1, Math.ceil(time.lengthNanos / windowNanos));
  const start = new Int32Array(windows + 1);
  const each = (add: (window: number, run: number, weight: number) => void): void => {
    for (const run of selection.runs) {
      const from = samples.startNanos[run]!;
      time.spread(from, from + samples.wallNanos[run]!, windowNanos, (window, part) =>
        add(Math.min(window, windows - 1), run, part * weights[run]!),
      );
    }
  };
  each((window) => {
    start[window + 1]!++;
  });
  for (let window = 0; window < windows; window++) start[window + 1]! += start[window]!;
  const next = start.slice();
  const run = new Int32Array(start[windows]!);
  const weight = new Float64Array(start[windows]!);
  each((window, index, value) => {
    const at = next[window]!++;
    run[at] = index;
    weight[at] = value;
  });
  return { run, weight, start };
}
