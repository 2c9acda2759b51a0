// SPDX-License-Identifier: MIT

import type { CallTree } from "../model/call-tree.ts";
import { PairTable } from "../model/pair-table.ts";
import { LabelTable } from "./label-table.ts";
import { orderTree } from "./order-tree.ts";

/**
 * All nodes that at least one of the trees has, once each by its path of labels. Returns one call
 * tree for each tree given, in their order. They share their shape: node n of all of them is the
 * same path, with weight 0 where a tree does not have it.
 */
export function unionTrees(trees: readonly CallTree[]): CallTree[] {
  const labels = new LabelTable();
  const nodes = new PairTable();
  const nodeOf = trees.map((tree) => {
    const known = tree.labels.map((label) => labels.intern(label));
    const nodeOfTree = new Int32Array(tree.length);
    for (let node = 0; node < tree.length; node++) {
      const parent = tree.parent[node]!;
      const above = parent < 0 ? -1 : nodeOfTree[parent]!;
      nodeOfTree[node] = nodes.intern(above, known[tree.label[node]!]!);
    }
    return nodeOfTree;
  });
  const parent = nodes.first.view();
  const label = nodes.second.view();
  return trees.map((tree, index) => {
    const self = new Float64Array(parent.length);
    nodeOf[index]!.forEach((at, node) => {
      self[at]! += tree.self[node]!;
    });
    return orderTree({ parent, label, self }, labels.labels, tree.unit);
  });
}
