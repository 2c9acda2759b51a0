// SPDX-License-Identifier: MIT
import type { CallTree, FrameLabel, WeightUnit } from "../model/call-tree.ts";
import type { Selection } from "../select/selection.ts";
import { LabelTable } from "./label-table.ts";
import { NodeBuilder } from "./node-builder.ts";
import { orderTree } from "./order-tree.ts";
import { type RootOptions, rootGroups } from "./root-groups.ts";
import { runWeights } from "./run-weights.ts";
import { addStackWeights } from "./stack-weights.ts";

/** How a call tree is made; see `CallTree`. */
export interface CallTreeOptions extends RootOptions {
  readonly unit: WeightUnit;
  /** A label a line; else a label a function, with line 0. */
  readonly lines: boolean;
}

const ROOT_LABEL: FrameLabel = { kind: "root", name: "all", file: "", line: 0 };
const NO_NODE = -1;

/**
 * The selection as a tree. Its total is that of the selection. Observations without a Python stack
 * are in `self` of the root, or of their thread's or process's node.
 *
 * Takes time for every run once, and for every distinct stack as often as there are roots that use
 * it.
 */
export function buildCallTree(selection: Selection, options: CallTreeOptions): CallTree {
  const { profile } = selection;
  const labels = new LabelTable();
  const nodes = new NodeBuilder(labels.intern(ROOT_LABEL));
  const groups = rootGroups(profile, options);
  const weights = addStackWeights(selection, {
    groupOfThread: groups.ofThread,
    groupCount: groups.paths.length,
    weights: runWeights(profile.samples, options.unit),
  });
  const labelOfFrame = labels.ofFrames(profile, options.lines);
  const { parent, frame } = profile.stacks;

  // The stacks of one group after the other; nodeOf holds for the current group.
  const nodeOf = new Int32Array(profile.stacks.length).fill(NO_NODE);
  const path: number[] = [];
  for (const group of weights) {
    const touched: number[] = [];
    const root = groups.paths[group.index]!.reduce(
      (node, label) => nodes.child(node, labels.intern(label)),
      0,
    );
    nodes.addSelf(root, group.withoutStack);
    group.stacks.forEach((stack, i) => {
      let at = stack;
      while (at >= 0 && nodeOf[at] === NO_NODE) {
        path.push(at);
        at = parent[at]!;
      }
      let node = at >= 0 ? nodeOf[at]! : root;
      while (path.length > 0) {
        const next = path.pop()!;
        node = nodes.child(node, labelOfFrame[frame[next]!]!);
        nodeOf[next] = node;
        touched.push(next);
      }
      nodes.addSelf(node, group.weights[i]!);
    });
    for (const stack of touched) nodeOf[stack] = NO_NODE;
  }
  return orderTree(nodes.finish(), labels.labels, options.unit);
}
