// SPDX-License-Identifier: MIT

import fc from "fast-check";
import { expect, test } from "vitest";
import { parseTree } from "../testing/parse-tree.ts";
import { randomTree } from "../testing/random-tree.ts";
import { flameNodes } from "./flame-nodes.ts";
import { type Box, layout, type View } from "./layout.ts";

function boxesOf(tree: ReturnType<typeof parseTree>, view: Partial<View> = {}): Box[] {
  const boxes: Box[] = [];
  layout(flameNodes(tree), { node: 0, width: 100, minWidth: 0, ...view }, (box) => boxes.push(box));
  return boxes;
}

const TREE = parseTree(`
  main;a 10
  main;b;c 60
  main;b 20
  main 10
`);

test("children lie side by side below their parent", () => {
  const text = boxesOf(TREE).map(({ node, left, width, row }) => {
    return `${TREE.labels[TREE.label[node]!]!.name} ${left}+${width} row ${row}`;
  });
  expect(text).toEqual([
    "all 0+100 row 0",
    "main 0+100 row 1",
    "a 0+10 row 2",
    "b 10+80 row 2",
    "c 10+60 row 3",
  ]);
});

test("a zoomed node is as wide as the picture, and so are its ancestors", () => {
  const boxes = boxesOf(TREE, { node: 3 });
  expect(boxes.map(({ node, width, role }) => [node, width, role])).toEqual([
    [0, 100, "ancestor"],
    [1, 100, "ancestor"],
    [3, 100, "frame"],
    [4, 75, "frame"],
  ]);
});

test("narrow neighbours are gathered into one box", () => {
  const tree = parseTree(Array.from({ length: 8 }, (_, i) => `main;f${i} 1`).join("\n"));
  const boxes = boxesOf(tree, { minWidth: 20 });
  expect(boxes.at(-1)).toEqual({
    node: 2,
    left: 0,
    width: 100,
    row: 2,
    role: "rest",
    siblings: 8,
  });
});

test("boxes of a row never overlap, and with all drawn they and self weights make up the total", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 400 }), (seed, size) => {
      const tree = randomTree(size, seed);
      const all = boxesOf(tree, { width: tree.total[0]! });
      const own = all.reduce((sum, { node }) => sum + tree.self[node]!, 0);
      expect(own).toBeCloseTo(tree.total[0]!);
      const inside = new Map<number, number>();
      for (const { node, width } of all) {
        const parent = tree.parent[node]!;
        inside.set(parent, (inside.get(parent) ?? 0) + width);
      }
      for (const { node, width } of all) {
        expect((inside.get(node) ?? 0) + tree.self[node]!).toBeCloseTo(width);
      }
      for (const boxes of [all, boxesOf(tree, { width: 1000, minWidth: 3 })]) {
        const rowEnd: number[] = [];
        for (const { row, left, width } of boxes) {
          expect(left).toBeGreaterThanOrEqual((rowEnd[row] ?? 0) - 1e-6);
          rowEnd[row] = left + width;
        }
      }
    }),
    { numRuns: 40 },
  );
});

test("what is drawn and what is hidden are all there is", () => {
  const tree = randomTree(5000, 3);
  const summary = layout(flameNodes(tree), { node: 0, width: 1000, minWidth: 1 }, () => {});
  expect(summary.drawn + summary.hidden).toBe(5000);
  expect(summary.hidden).toBeGreaterThan(0);
});
