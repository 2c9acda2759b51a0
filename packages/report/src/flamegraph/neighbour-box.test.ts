// SPDX-License-Identifier: MIT

import { expect, test } from "vitest";
import { parseTree } from "../testing/parse-tree.ts";
import { flameNodes } from "./flame-nodes.ts";
import { type Box, layout } from "./layout.ts";
import { neighbourBox, type Step } from "./neighbour-box.ts";

const TREE = parseTree(`
  main;a 10
  main;b;c 60
  main;d;e 30
`);

function step(from: string, by: Step): string | undefined {
  const nodes = flameNodes(TREE);
  const boxes: Box[] = [];
  layout(nodes, { node: 0, width: 100, minWidth: 0 }, (box) => boxes.push(box));
  const name = (node: number): string => TREE.labels[TREE.label[node]!]!.name;
  const start = boxes.find(({ node }) => name(node) === from)!;
  const end = neighbourBox(nodes, boxes, start.node, by);
  return end && name(end.node);
}

test.each<[string, Step, string | undefined]>([
  ["main", "child", "b"],
  ["c", "child", undefined],
  ["c", "parent", "b"],
  ["all", "parent", undefined],
  ["b", "before", "a"],
  ["b", "after", "d"],
  ["c", "after", "e"],
  ["a", "before", undefined],
])("%s, %s: %s", (from, by, to) => {
  expect(step(from, by)).toBe(to);
});
