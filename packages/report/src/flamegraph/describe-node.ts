// SPDX-License-Identifier: MIT

import type { WeightUnit } from "@pyspy/analyze";
import { formatPercent } from "../text/format-number.ts";
import { formatWeight } from "../text/format-weight.ts";
import { placeText } from "../text/frame-text.ts";
import type { FlameLabel } from "./flame-labels.ts";
import type { FlameNodes } from "./flame-nodes.ts";
import { changeTexts, type NodeChanges } from "./node-change.ts";
import type { NodeMeasure } from "./node-measure.ts";

/** What is said about one box, as separate pieces so that each picture can set them its own way. */
export interface NodeDescription {
  readonly name: string;
  /** "/full/path/file.py:42", or "". */
  readonly place: string;
  /** "1.20 s, 12.3 % of all"; more shares where they say something new. */
  readonly numbers: readonly string[];
}

/** The tree that a node is described from. */
export interface DescribedTree {
  readonly nodes: FlameNodes;
  readonly labels: readonly FlameLabel[];
  readonly measures: readonly NodeMeasure[];
  /** Of a comparison. */
  readonly changes?: NodeChanges | undefined;
  readonly meta: { readonly unit: WeightUnit };
}

/** Describes a node by itself, against everything, its parent, and the node in view. */
export function describeNode(tree: DescribedTree, node: number, viewNode = 0): NodeDescription {
  const { nodes, labels, changes, meta } = tree;
  const { unit } = meta;
  const label = labels[nodes.label[node]!]!;
  const total = nodes.total[node]!;
  const self = nodes.self[node]!;
  const parent = nodes.parent[node]!;
  const place = placeText(label.file, label.line);
  if (changes !== undefined)
    return { name: label.name, place, numbers: changeTexts(changes, node) };
  const numbers = [
    `${formatWeight(total, unit)} · ${formatPercent(total, nodes.total[0]!)} of all`,
  ];
  if (viewNode > 0 && viewNode !== node && viewNode !== parent) {
    numbers.push(`${formatPercent(total, nodes.total[viewNode]!)} of view`);
  }
  if (parent > 0) numbers.push(`${formatPercent(total, nodes.total[parent]!)} of parent`);
  if (node > 0) {
    numbers.push(
      self > 0
        ? `self ${formatWeight(self, unit)} · ${formatPercent(self, nodes.total[0]!)}`
        : "self 0",
    );
  }
  numbers.push(...measureTexts(tree, node));
  return { name: label.name, place, numbers };
}

/** Says in words how much of a node's weight the measures make up: "12.0 % idle". */
function measureTexts({ nodes, measures }: DescribedTree, node: number): string[] {
  return measures.flatMap(({ name, total }) => {
    const words = MEASURE_WORDS[name];
    if (words === undefined) return [];
    return [`${formatPercent(total[node]!, nodes.total[node]!)} ${words}`];
  });
}

const MEASURE_WORDS: Partial<Record<NodeMeasure["name"], string>> = {
  idle: "idle",
  gil: "with the GIL",
};
