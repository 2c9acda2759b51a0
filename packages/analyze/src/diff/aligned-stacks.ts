// SPDX-License-Identifier: MIT

import { PairTable } from "../model/pair-table.ts";
import type { Profile } from "../model/profile.ts";
import type { Selection } from "../select/selection.ts";

/**
 * Call paths of both sides of a comparison, by aligned functions. Node 0 is the root, which stands for
 * everything; parents stand before their children.
 */
export interface AlignedStacks {
  readonly length: number;
  /** -1 for the root. */
  readonly parent: Int32Array;
  /** Index of the aligned function; -1 for the root. */
  readonly function: Int32Array;
  /** 1: no ancestor is of the same function, so that its weight is that of the function. */
  readonly outermost: Uint8Array;
  /** For each selection, the node of each stack of its profile that it uses; 0 for others. */
  readonly nodeOfStack: readonly Int32Array[];
}

const NO_NODE = 0;
const ROOT = 0;

/** @param functionIndexes for each selection, the aligned function of each function of its profile. */
export function alignStacks(
  selections: readonly Selection[],
  functionIndexes: readonly Int32Array[],
): AlignedStacks {
  const nodes = new PairTable();
  nodes.intern(-1, -1);
  const nodeOfStack = selections.map((selection, index) =>
    nodesOf(selection, functionIndexes[index]!, nodes),
  );
  const parent = nodes.first.view();
  const functionOf = nodes.second.view();
  return {
    length: parent.length,
    parent,
    function: functionOf,
    outermost: outermostNodes(parent, functionOf),
    nodeOfStack,
  };
}

function nodesOf(
  { profile, runs }: Selection,
  functionIndex: Int32Array,
  nodes: PairTable,
): Int32Array {
  const { stacks, frames, samples }: Profile = profile;
  const nodeOf = new Int32Array(stacks.length).fill(NO_NODE);
  const path: number[] = [];
  for (const run of runs) {
    let at = samples.stack[run]!;
    while (at >= 0 && nodeOf[at] === NO_NODE) {
      path.push(at);
      at = stacks.parent[at]!;
    }
    let node = at >= 0 ? nodeOf[at]! : ROOT;
    while (path.length > 0) {
      const stack = path.pop()!;
      node = nodes.intern(node, functionIndex[frames.function[stacks.frame[stack]!]!]!);
      nodeOf[stack] = node;
    }
  }
  return nodeOf;
}

/** Walks the tree depth first and counts the functions on the path. */
function outermostNodes(parent: Int32Array, functionOf: Int32Array): Uint8Array {
  const { length } = parent;
  const firstChild = new Int32Array(length).fill(-1);
  const nextSibling = new Int32Array(length).fill(-1);
  for (let node = length - 1; node > 0; node--) {
    nextSibling[node] = firstChild[parent[node]!]!;
    firstChild[parent[node]!] = node;
  }
  const outermost = new Uint8Array(length);
  const onPath = new Map<number, number>();
  for (let node = firstChild[ROOT]!; node > ROOT; ) {
    const name = functionOf[node]!;
    const above = onPath.get(name) ?? 0;
    onPath.set(name, above + 1);
    if (above === 0) outermost[node] = 1;
    if (firstChild[node]! >= 0) {
      node = firstChild[node]!;
      continue;
    }
    // Back up to where there is a sibling; what is left is no longer on the path.
    let done = node;
    while (done > ROOT) {
      onPath.set(functionOf[done]!, onPath.get(functionOf[done]!)! - 1);
      if (nextSibling[done]! >= 0) break;
      done = parent[done]!;
    }
    node = done > ROOT ? nextSibling[done]! : ROOT;
  }
  return outermost;
}
