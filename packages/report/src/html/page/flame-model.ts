// SPDX-License-Identifier: MIT

import type { CallTree } from "@pyspy/analyze";
import type { DescribedTree } from "../../flamegraph/describe-node.ts";
import { type FlameLabel, flameLabels } from "../../flamegraph/flame-labels.ts";
import { type FlameNodes, flameNodes } from "../../flamegraph/flame-nodes.ts";
import type { Paint } from "../../flamegraph/palette.ts";

/** A call tree ready to be drawn and described. */
export interface FlameModel extends DescribedTree {
  readonly tree: CallTree;
  readonly nodes: FlameNodes;
  readonly labels: readonly FlameLabel[];
  readonly paints: readonly Paint[];
}

export function flameModel(tree: CallTree): FlameModel {
  const { labels, paints } = flameLabels(tree.labels);
  return { tree, nodes: flameNodes(tree), labels, paints, measures: [], meta: { unit: tree.unit } };
}
