import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CallTree } from "../model/call-tree.ts";
import { readCapture } from "../read/read-capture.ts";
import { filterIdle, filterPythonStack, filterState } from "../select/filters.ts";
import { type Selection, selectAll } from "../select/selection.ts";
import { arbitraryRuns } from "../testing/arbitrary-runs.ts";
import { captureOf, testTid, writeCapture } from "../testing/capture-writer.ts";
import { buildCallTree, type CallTreeOptions } from "./build-call-tree.ts";
import { hottest } from "./hottest.ts";

const PLAIN: CallTreeOptions = { unit: "samples", lines: false, threads: false, processes: false };

/** "a;b 3": path and self weight of every node that has one. */
function collapse(tree: CallTree): string[] {
  const path = (node: number): string => {
    const { name, line } = tree.labels[tree.label[node]!]!;
    const text = line === 0 ? name : `${name}:${line}`;
    const parent = tree.parent[node]!;
    return parent < 0 ? "" : `${path(parent)};${text}`;
  };
  return Array.from({ length: tree.length }, (_, node) => node)
    .filter((node) => tree.self[node]! > 0)
    .map((node) => `${path(node).slice(1)} ${tree.self[node]}`);
}

function select(text: string): Selection {
  return selectAll(readCapture(captureOf(text)));
}

describe("buildCallTree", { timeout: 60_000 }, () => {
  const text = "main;work:3 2\nmain;work:4 3\nmain 1\nw gil S: main;wait 9\nmain: 2";

  it("adds functions up, or lines", () => {
    const selection = select(text);
    expect(collapse(buildCallTree(selection, PLAIN))).toEqual([
      " 2",
      "main 1",
      "main;wait 9",
      "main;work 5",
    ]);
    expect(collapse(buildCallTree(selection, { ...PLAIN, lines: true }))).toEqual([
      " 2",
      "main:1 1",
      "main:1;wait:1 9",
      "main:1;work:3 2",
      "main:1;work:4 3",
    ]);
  });

  it("puts processes and threads outermost", () => {
    const tree = buildCallTree(select(text), { ...PLAIN, threads: true, processes: true });
    const process = "process 42: python app.py";
    const main = `${process};thread ${testTid("main")} (main)`;
    const other = `${process};thread ${testTid("w")} (w)`;
    const wanted = [`${main} 2`, `${main};main 1`, `${main};main;work 5`, `${other};main;wait 9`];
    expect(collapse(tree).toSorted()).toEqual(wanted.toSorted());
  });

  it("is a tree in preorder with sorted siblings whose total is that of the selection", () => {
    const options = fc.record({
      unit: fc.constantFrom("samples" as const, "wall-nanos" as const, "cpu-nanos" as const),
      lines: fc.boolean(),
      threads: fc.boolean(),
      processes: fc.boolean(),
    });
    const filters = fc.subarray([
      filterIdle,
      (selection: Selection) => filterState(selection, "gil"),
      filterPythonStack,
    ]);
    fc.assert(
      fc.property(arbitraryRuns, options, filters, (runs, treeOptions, chosen) => {
        const all = selectAll(readCapture(writeCapture(runs, { cpu: true })));
        const selection = chosen.reduce((selected, filter) => filter(selected), all);
        const tree = buildCallTree(selection, treeOptions);
        const { samples, wallNanos, cpuNanos } = selection.totals;
        const total = { samples, "wall-nanos": wallNanos, "cpu-nanos": cpuNanos }[treeOptions.unit];
        expect(tree.total[0]).toBe(total);
        expect(tree.parent[0]).toBe(-1);
        expect(tree.subtreeEnd[0]).toBe(tree.length);
        for (let node = 1; node < tree.length; node++) {
          const parent = tree.parent[node]!;
          expect(parent).toBeLessThan(node);
          expect(tree.depth[node]).toBe(tree.depth[parent]! + 1);
          expect(tree.subtreeEnd[node]).toBeGreaterThan(node);
          expect(tree.subtreeEnd[node]).toBeLessThanOrEqual(tree.subtreeEnd[parent]!);
          const next = tree.subtreeEnd[node]!;
          if (next === tree.length || tree.parent[next] !== parent) continue;
          const [a, b] = [tree.labels[tree.label[node]!]!, tree.labels[tree.label[next]!]!];
          expect(a.name < b.name || (a.name === b.name && a.line < b.line)).toBe(true);
        }
      }),
    );
  });

  it("takes a stack 200,000 frames deep", () => {
    const length = 200_000;
    const { profile } = select("a 1");
    const deep = {
      ...profile,
      stacks: {
        length,
        parent: Int32Array.from({ length }, (_, i) => i - 1),
        frame: new Int32Array(length),
      },
      samples: { ...profile.samples, stack: Int32Array.of(length - 1) },
    };
    const tree = buildCallTree(selectAll(deep), PLAIN);
    expect(tree.length).toBe(length + 1);
    expect(tree.total[0]).toBe(1);
  });
});

describe("hottest", { timeout: 60_000 }, () => {
  it("counts recursion once in total and every innermost frame in self", () => {
    const rows = hottest(select("f;g;f;f 3\nf;g 2\ng 1"), { unit: "samples" });
    expect(rows.map(({ label, self, total }) => [label.name, self, total])).toEqual([
      ["g", 3, 6],
      ["f", 3, 5],
    ]);
  });

  it("tells lines apart when asked", () => {
    const rows = hottest(select("f:2 3\nf:4 5"), { unit: "samples", lines: true });
    expect(rows.map(({ label, self }) => [label.line, self])).toEqual([
      [4, 5],
      [2, 3],
    ]);
  });
});
