// SPDX-License-Identifier: MIT

import fc from "fast-check";
import { expect, test } from "vitest";
import { readCapture } from "../read/read-capture.ts";
import { filterIdle } from "../select/filters.ts";
import { selectAll } from "../select/selection.ts";
import { arbitraryRuns } from "../testing/arbitrary-runs.ts";
import { captureOf, writeCapture } from "../testing/capture-writer.ts";
import { buildCallTree } from "./build-call-tree.ts";
import { unionTrees } from "./union-tree.ts";

const OPTIONS = { unit: "samples", lines: true, threads: true, processes: false } as const;

test("a tree united with a part of itself keeps its shape; weights stay where they were", () => {
  fc.assert(
    fc.property(arbitraryRuns, (runs) => {
      const all = selectAll(readCapture(writeCapture(runs)));
      const whole = buildCallTree(all, OPTIONS);
      const part = buildCallTree(filterIdle(all), OPTIONS);
      const [first, second] = unionTrees([whole, part]);
      expect(first!.parent).toEqual(whole.parent);
      expect(first!.self).toEqual(whole.self);
      expect(first!.total).toEqual(whole.total);
      expect(second!.parent).toEqual(whole.parent);
      expect(second!.total[0]).toBe(part.total[0]);
      for (let node = 0; node < whole.length; node++) {
        expect(second!.total[node]).toBeLessThanOrEqual(first!.total[node]!);
      }
    }),
  );
});

test("paths of either tree are there once", () => {
  const tree = (text: string) =>
    buildCallTree(selectAll(readCapture(captureOf(text))), {
      ...OPTIONS,
      lines: false,
      threads: false,
    });
  const [before, after] = unionTrees([tree("a;b 1\na;c 1"), tree("a;c 1\na;d 2")]);
  const names = Array.from(before!.label, (label) => before!.labels[label]!.name);
  expect(names).toEqual(["all", "a", "b", "c", "d"]);
  expect([...before!.self]).toEqual([0, 0, 1, 1, 0]);
  expect([...after!.self]).toEqual([0, 0, 0, 1, 2]);
});
