// SPDX-License-Identifier: MIT

import type { CallTree } from "@pyspy/analyze";

/**
 * What drawing needs of a call tree, in its preorder: positions are weights from the left edge,
 * so a box spans [start, start + total) on row `depth`. Children lie side by side from their
 * parent's left edge; the parent's own weight is the room that they leave at its right.
 */
export interface FlameNodes {
  readonly length: number;
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  readonly subtreeEnd: Int32Array;
  readonly label: Int32Array;
  readonly self: Float64Array;
  readonly total: Float64Array;
  readonly start: Float64Array;
}

/** Places the boxes of a call tree. The other columns are shared with it, not copied. */
export function flameNodes(tree: Omit<CallTree, "unit" | "labels">): FlameNodes {
  return { ...columnsOf(tree), start: placeBoxes(tree) };
}

/** Left edges: each box starts where its sibling before it ends, or with its parent. */
export function placeBoxes(tree: Pick<CallTree, "length" | "depth" | "total">): Float64Array {
  const start = new Float64Array(tree.length);
  const next: number[] = [0];
  for (let node = 0; node < tree.length; node++) {
    const depth = tree.depth[node]!;
    const left = next[depth]!;
    start[node] = left;
    next[depth] = left + tree.total[node]!;
    next[depth + 1] = left;
  }
  return start;
}

function columnsOf(tree: Omit<CallTree, "unit" | "labels">): Omit<FlameNodes, "start"> {
  const { length, parent, depth, subtreeEnd, label, self, total } = tree;
  return { length, parent, depth, subtreeEnd, label, self, total };
}
