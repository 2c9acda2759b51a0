// SPDX-License-Identifier: MIT

import type { Selection } from "../select/selection.ts";
import { runWeights } from "../tree/run-weights.ts";
import type { AlignedStacks } from "./aligned-stacks.ts";
import { NO_WINDOW, type RecordedTime, SEVERAL } from "./recorded-time.ts";

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

/** Runs cut at the limits of windows: what each piece weighs, and at which call path. */
export interface WindowPieces {
  readonly node: Int32Array;
  readonly weight: Float64Array;
  /** Where each window's pieces start; one more entry than there are windows. */
  readonly start: Int32Array;
}

/** Cuts the runs of a selection at the limits of windows. Takes time for every run twice. */
export function cutIntoWindows(
  selection: Selection,
  time: RecordedTime,
  windowNanos: number,
  unit: DiffUnit,
  nodeOfStack: Int32Array,
): WindowPieces {
  const { runs } = selection;
  const { stack, startNanos, wallNanos } = selection.profile.samples;
  const weights = runWeights(selection.profile.samples, unit);
  const windows = Math.max(1, Math.ceil(time.lengthNanos / windowNanos));
  const start = new Int32Array(windows + 1);
  const last = windows - 1;
  const spread = (run: number, add: (window: number, part: number) => void): void => {
    const from = startNanos[run]!;
    time.spread(from, from + wallNanos[run]!, windowNanos, (window, part) =>
      add(Math.min(window, last), part),
    );
  };
  // Nearly every run is in one window: what is to be done for each of the others takes long.
  const windowOf = new Int32Array(runs.length);
  for (let i = 0; i < runs.length; i++) {
    const from = startNanos[runs[i]!]!;
    const window = time.windowOf(from, from + wallNanos[runs[i]!]!, windowNanos);
    windowOf[i] = Math.min(window, last);
    if (window >= 0) start[windowOf[i]! + 1]!++;
    else if (window === SEVERAL) spread(runs[i]!, (each) => start[each + 1]!++);
  }
  for (let window = 0; window < windows; window++) start[window + 1]! += start[window]!;
  const next = start.slice();
  const node = new Int32Array(start[windows]!);
  const weight = new Float64Array(start[windows]!);
  for (let i = 0; i < runs.length; i++) {
    const window = windowOf[i]!;
    if (window === NO_WINDOW) continue;
    const run = runs[i]!;
    const innermost = stack[run]! < 0 ? ROOT : nodeOfStack[stack[run]!]!;
    const put = (into: number, value: number): void => {
      const at = next[into]!++;
      node[at] = innermost;
      weight[at] = value;
    };
    if (window >= 0) put(window, weights[run]!);
    else spread(run, (each, part) => put(each, part * weights[run]!));
  }
  return { node, weight, start };
}

/** What all windows together used, by call path. */
export function sumOfWindows(
  { node, weight }: WindowPieces,
  { parent, length }: Pick<AlignedStacks, "parent" | "length">,
): { readonly nodeSelf: Float64Array; readonly nodeTotal: Float64Array } {
  const nodeSelf = new Float64Array(length);
  for (let i = 0; i < node.length; i++) nodeSelf[node[i]!]! += weight[i]!;
  const nodeTotal = nodeSelf.slice();
  // Parents stand before their children: from the last on, each adds what it has to its parent.
  for (let at = length - 1; at > ROOT; at--) nodeTotal[parent[at]!]! += nodeTotal[at]!;
  return { nodeSelf, nodeTotal };
}

/** Calls `visit` for each window in which something was seen, in the order of time. */
export function forEachWindow(
  { node, weight, start }: WindowPieces,
  stacks: Pick<AlignedStacks, "parent" | "length">,
  visit: (window: number, sums: WindowSums) => void,
): void {
  const total = new Float64Array(stacks.length);
  const self = new Float64Array(stacks.length);
  const seen = new Uint8Array(stacks.length);
  const touched = new Int32Array(stacks.length);
  const path = new Int32Array(stacks.length);
  for (let window = 0; window + 1 < start.length; window++) {
    let count = 0;
    let all = 0;
    for (let i = start[window]!; i < start[window + 1]!; i++) {
      const innermost = node[i]!;
      all += weight[i]!;
      self[innermost]! += weight[i]!;
      let fresh = 0;
      for (let at = innermost; at >= 0 && seen[at] === 0; at = stacks.parent[at]!) {
        seen[at] = 1;
        path[fresh++] = at;
      }
      // Parents before their children, without sorting.
      while (fresh > 0) touched[count++] = path[--fresh]!;
    }
    if (count === 0) continue;
    const nodes = touched.subarray(0, count);
    for (let i = 0; i < count; i++) total[nodes[i]!] = self[nodes[i]!]!;
    for (let i = count - 1; i > 0; i--) total[stacks.parent[nodes[i]!]!]! += total[nodes[i]!]!;
    visit(window, { all, nodes, nodeTotal: total, nodeSelf: self });
    for (let i = 0; i < count; i++) {
      self[nodes[i]!] = 0;
      seen[nodes[i]!] = 0;
    }
  }
}

/** The node that stands for everything. */
const ROOT = 0;
