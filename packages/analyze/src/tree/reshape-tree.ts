// SPDX-License-Identifier: MIT
import type { CallTree } from "../model/call-tree.ts";
import { NodeBuilder } from "./node-builder.ts";
import { orderTree } from "./order-tree.ts";

/**
 * The tree from its leaves: below the root stand the functions by their own weight, below them their callers.
 * What is in no function stays with the root; threads and processes fall away.
 */
export function invertTree(tree: CallTree): CallTree {
  const { length, self } = tree;
  const nodes = new NodeBuilder(tree.label[0]!);
  for (let node = 0; node < length; node++) {
    if (self[node]! > 0) nodes.addSelf(addCallers(tree, nodes, node), self[node]!);
  }
  return orderTree(nodes.finish(), tree.labels, tree.unit);
}

/**
 * Everything that a function was called by: below the root stands the function, below it its callers. Of
 * recursive calls the outermost counts, so that the root's total is the function's.
 *
 * @param label index in `tree.labels`.
 */
export function callersOf(tree: CallTree, label: number): CallTree {
  const nodes = new NodeBuilder(tree.label[0]!);
  forEachOutermost(tree, label, (node) => {
    nodes.addSelf(addCallers(tree, nodes, node), tree.total[node]!);
  });
  return orderTree(nodes.finish(), tree.labels, tree.unit);
}

/** Everything that a function called: below the root stands the function, below it its callees. Else as `callersOf`. */
export function calleesOf(tree: CallTree, label: number): CallTree {
  const nodes = new NodeBuilder(tree.label[0]!);
  const copyOf = new Int32Array(tree.length);
  forEachOutermost(tree, label, (outermost) => {
    for (let node = outermost; node < tree.subtreeEnd[outermost]!; node++) {
      const parent = node === outermost ? 0 : copyOf[tree.parent[node]!]!;
      const copy = nodes.child(parent, tree.label[node]!);
      copyOf[node] = copy;
      nodes.addSelf(copy, tree.self[node]!);
    }
  });
  return orderTree(nodes.finish(), tree.labels, tree.unit);
}

/** Adds the function of a node and its callers, and returns the last of them. */
function addCallers({ parent, label, labels }: CallTree, nodes: NodeBuilder, node: number): number {
  let at = 0;
  for (let from = node; from > 0; from = parent[from]!) {
    const { kind } = labels[label[from]!]!;
    if (kind !== "python" && kind !== "native") break;
    at = nodes.child(at, label[from]!);
  }
  return at;
}

function forEachOutermost(tree: CallTree, label: number, visit: (node: number) => void): void {
  for (let node = 0; node < tree.length; ) {
    if (tree.label[node] !== label) {
      node++;
      continue;
    }
    visit(node);
    node = tree.subtreeEnd[node]!;
  }
}
