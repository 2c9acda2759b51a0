// SPDX-License-Identifier: MIT

import { expect, test } from "vitest";
import { parseTree } from "../testing/parse-tree.ts";
import { flameLabels } from "./flame-labels.ts";
import { flameNodes } from "./flame-nodes.ts";
import { compilePattern, matchedWeight, searchNodes } from "./search.ts";

const TREE = parseTree(`
  main;fib;fib;fib 30
  main;fib;Json@/x/json/decoder.py:7 20
  main;other 50
`);
const NODES = flameNodes(TREE);
const { labels: LABELS } = flameLabels(TREE.labels);

function search(pattern: string, under = 0): [number, number] {
  const { hit, count } = searchNodes(NODES, LABELS, compilePattern(pattern));
  return [count, matchedWeight(NODES, hit, under)];
}

test("recursion is counted once", () => {
  expect(search("fib")).toEqual([3, 50]);
});

test("file and line can be looked for", () => {
  expect(search("decoder\\.py:7")).toEqual([1, 20]);
});

test("case matters only if the pattern has a capital", () => {
  expect(search("json")).toEqual([1, 20]);
  expect(search("JSON")).toEqual([0, 0]);
  expect(search("Json|other")).toEqual([2, 70]);
});

test("what is no expression is plain text", () => {
  expect(search("(/x/json")).toEqual([1, 20]);
  expect(search("(((")).toEqual([0, 0]);
});

test("below a match everything is matched", () => {
  const fib = TREE.labels.findIndex(({ name }) => name === "fib");
  const node = TREE.label.indexOf(fib);
  expect(search("main", node)[1]).toBe(50);
});
