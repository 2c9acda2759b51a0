// SPDX-License-Identifier: MIT
import type { CallTree, FrameLabel, WeightUnit } from "../model/call-tree.ts";

/** A tree whose parents stand before their children, in any other order. Node 0 is the root. */
export interface UnorderedTree {
  readonly parent: Int32Array;
  readonly label: Int32Array;
  readonly self: Float64Array;
}

/** Puts the nodes in preorder, siblings by label, and adds up the totals. */
export function orderTree(
  tree: UnorderedTree,
  labels: readonly FrameLabel[],
  unit: WeightUnit,
): CallTree {
  const { length } = tree.parent;
  const order = preorder(tree, labels);
  const position = new Int32Array(length);
  order.forEach((node, at) => {
    position[node] = at;
  });
  const parent = order.map((node) => (node === 0 ? -1 : position[tree.parent[node]!]!));
  const self = Float64Array.from(order, (node) => tree.self[node]!);
  const total = self.slice();
  const depth = new Int32Array(length);
  const subtreeEnd = Int32Array.from(order, (_, at) => at + 1);
  for (let at = 1; at < length; at++) depth[at] = depth[parent[at]!]! + 1;
  for (let at = length - 1; at > 0; at--) {
    const above = parent[at]!;
    total[above]! += total[at]!;
    subtreeEnd[above] = Math.max(subtreeEnd[above]!, subtreeEnd[at]!);
  }
  const label = order.map((node) => tree.label[node]!);
  return { length, unit, parent, depth, subtreeEnd, label, labels, self, total };
}

/** Orders labels as a reader would: by name, file, line. By code unit, the same everywhere. */
export function compareLabels(a: FrameLabel, b: FrameLabel): number {
  return (
    compare(a.name, b.name) || compare(a.file, b.file) || a.line - b.line || compare(a.kind, b.kind)
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The nodes in preorder. */
function preorder(tree: UnorderedTree, labels: readonly FrameLabel[]): Int32Array {
  const { parent, label } = tree;
  const { length } = parent;
  const rank = new Int32Array(labels.length);
  labels
    .map((_, index) => index)
    .sort((a, b) => compareLabels(labels[a]!, labels[b]!))
    .forEach((index, at) => {
      rank[index] = at;
    });
  const byRank = countingSort(length, labels.length, (node) => rank[label[node]!]!);

  // Children of all nodes in one array, those of a node together, in the order of byRank.
  const childStart = new Int32Array(length + 1);
  for (let node = 1; node < length; node++) childStart[parent[node]! + 1]!++;
  for (let node = 0; node < length; node++) childStart[node + 1]! += childStart[node]!;
  const children = new Int32Array(length);
  const next = childStart.slice();
  for (const node of byRank) if (node !== 0) children[next[parent[node]!]!++] = node;

  const order = new Int32Array(length);
  const pending = [0];
  for (let at = 0; at < length; at++) {
    const node = pending.pop()!;
    order[at] = node;
    for (let i = childStart[node + 1]! - 1; i >= childStart[node]!; i--) pending.push(children[i]!);
  }
  return order;
}

/** 0 to length - 1, sorted by a key in [0, keys). */
function countingSort(length: number, keys: number, key: (item: number) => number): Int32Array {
  const start = new Int32Array(keys + 1);
  for (let item = 0; item < length; item++) start[key(item) + 1]!++;
  for (let i = 0; i < keys; i++) start[i + 1]! += start[i]!;
  const sorted = new Int32Array(length);
  for (let item = 0; item < length; item++) sorted[start[key(item)]!++] = item;
  return sorted;
}
