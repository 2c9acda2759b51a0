// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import type { CallTree } from "../model/call-tree.ts";
import { readCapture } from "../read/read-capture.ts";
import { selectAll } from "../select/selection.ts";
import { captureOf } from "../testing/capture-writer.ts";
import { buildCallTree } from "./build-call-tree.ts";
import { hottestOfTree } from "./hottest.ts";
import { calleesOf, callersOf, invertTree } from "./reshape-tree.ts";

const TREE = buildCallTree(
  selectAll(readCapture(captureOf("a: m;f;g 3\na: m;g 2\na: m;f;g;f;g 4\na: m 1\nb: f;h 5"))),
  { unit: "samples", lines: false, threads: true, processes: false },
);

/** "m>f 3": paths of the nodes that have a weight of their own. */
function paths(tree: CallTree): string[] {
  return Array.from(tree.self, (self, node) => {
    const names: string[] = [];
    for (let at = node; at > 0; at = tree.parent[at]!)
      names.push(tree.labels[tree.label[at]!]!.name);
    return self > 0 ? `${names.reverse().join(">")} ${self}` : "";
  }).filter((path) => path !== "");
}

function labelOf(name: string): number {
  return TREE.labels.findIndex((label) => label.name === name);
}

describe("a tree reshaped", () => {
  it("from its leaves has functions by their own weight, and their callers", () => {
    const inverted = invertTree(TREE);
    expect(paths(inverted)).toEqual(["g>f>g>f>m 4", "g>f>m 3", "g>m 2", "h>f 5", "m 1"]);
    expect(inverted.total[0]).toBe(TREE.total[0]);
  });

  it("around a function has its callers and its callees, recursion counted once", () => {
    const totals = new Map(hottestOfTree(TREE).map(({ label, total }) => [label.name, total]));
    for (const name of ["f", "g", "m", "h"]) {
      expect(callersOf(TREE, labelOf(name)).total[0]).toBe(totals.get(name));
      expect(calleesOf(TREE, labelOf(name)).total[0]).toBe(totals.get(name));
    }
    expect(paths(callersOf(TREE, labelOf("f")))).toEqual(["f 5", "f>m 7"]);
    expect(paths(calleesOf(TREE, labelOf("f")))).toEqual(["f>g 3", "f>g>f>g 4", "f>h 5"]);
  });
});
