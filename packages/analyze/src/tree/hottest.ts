// SPDX-License-Identifier: MIT
import type { CallTree, FrameLabel, WeightUnit } from "../model/call-tree.ts";
import type { Selection } from "../select/selection.ts";
import { buildCallTree } from "./build-call-tree.ts";
import { compareLabels } from "./order-tree.ts";

/** A function, or a line of it, and what it took. */
export interface HotRow {
  readonly label: FrameLabel;
  /** Weight of the observations in which it was innermost. */
  readonly self: number;
  /** Weight of the observations on whose stack it was; once each, however often it recursed. */
  readonly total: number;
}

export interface HottestOptions {
  /** Default "wall-nanos". */
  readonly unit?: WeightUnit;
  /** A row a line; else a row a function. */
  readonly lines?: boolean;
}

/** All functions of a selection, the largest self weight first, then the largest total. */
export function hottest(selection: Selection, options: HottestOptions = {}): HotRow[] {
  const { unit = "wall-nanos", lines = false } = options;
  return hottestOfTree(buildCallTree(selection, { unit, lines, threads: false, processes: false }));
}

/** As `hottest`, of a tree that is there already. Threads and processes have no rows. */
export function hottestOfTree(tree: CallTree): HotRow[] {
  const self = new Float64Array(tree.labels.length);
  const total = new Float64Array(tree.labels.length);
  /** End of the outermost subtree of a label that the walk is in. */
  const insideUntil = new Int32Array(tree.labels.length);
  const seen = new Uint8Array(tree.labels.length);
  for (let node = 0; node < tree.length; node++) {
    const label = tree.label[node]!;
    seen[label] = 1;
    self[label]! += tree.self[node]!;
    if (node < insideUntil[label]!) continue;
    insideUntil[label] = tree.subtreeEnd[node]!;
    total[label]! += tree.total[node]!;
  }
  return tree.labels
    .map((label, i) => ({ label, self: self[i]!, total: total[i]!, seen: seen[i] === 1 }))
    .filter((row) => row.seen && (row.label.kind === "python" || row.label.kind === "native"))
    .map(({ label, self: own, total: all }) => ({ label, self: own, total: all }))
    .sort((a, b) => b.self - a.self || b.total - a.total || compareLabels(a.label, b.label));
}
