// SPDX-License-Identifier: MIT
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseFramePattern } from "../frames/frame-pattern.ts";
import { readCapture } from "../read/read-capture.ts";
import { selectAll } from "../select/selection.ts";
import { arbitraryRuns } from "../testing/arbitrary-runs.ts";
import { captureOf, writeCapture } from "../testing/capture-writer.ts";
import { hottest } from "../tree/hottest.ts";
import { findNeighbours } from "./neighbours.ts";

const OPTIONS = { unit: "samples", lines: false } as const;

function find(text: string, pattern: string, lines = false) {
  const selection = selectAll(readCapture(captureOf(text)));
  const found = findNeighbours(selection, [parseFramePattern(pattern)], { ...OPTIONS, lines });
  const named = (rows: typeof found.callers) =>
    rows.map(({ label, weight }) => [
      label === undefined ? undefined : lines ? `${label.name}:${label.line}` : label.name,
      weight,
    ]);
  return {
    matched: found.matched.map(({ name }) => name),
    total: found.total,
    self: found.self,
    callers: named(found.callers),
    callees: named(found.callees),
  };
}

describe("findNeighbours", () => {
  const TEXT = `
    main:1;work:2;hot:3 5
    main:1;work:4;hot:3;leaf:1 7
    main:2;other:1;hot:9 2
    hot:1 1
    main:1;work:2 30
  `;

  it("tells who calls a function, and what it calls", () => {
    expect(find(TEXT, "^hot$")).toEqual({
      matched: ["hot"],
      total: 15,
      self: 8,
      callers: [
        ["work", 12],
        ["other", 2],
        [undefined, 1],
      ],
      callees: [["leaf", 7]],
    });
    expect(find(TEXT, "^hot$", true).callers).toEqual([
      ["work:4", 7],
      ["work:2", 5],
      ["other:1", 2],
      [undefined, 1],
    ]);
  });

  it("takes recursion, and functions that match together, for one", () => {
    expect(find("a;f;f;b;f;c 4\na;f;g;f 3\nx;g;d 2", "function:^[fg]$")).toEqual({
      matched: ["f", "g"],
      total: 9,
      self: 3,
      callers: [
        ["a", 7],
        ["x", 2],
      ],
      callees: [
        ["c", 4],
        ["d", 2],
      ],
    });
  });

  it("adds up: callers to the total, callees and self too", () => {
    fc.assert(
      fc.property(arbitraryRuns, fc.constantFrom("a", "b", "c", "d"), (runs, name) => {
        const selection = selectAll(readCapture(writeCapture(runs)));
        const pattern = parseFramePattern(`function:^${name}$`);
        const { total, self, callers, callees } = findNeighbours(selection, [pattern], OPTIONS);
        const sum = (rows: typeof callers) => rows.reduce((all, { weight }) => all + weight, 0);
        expect(sum(callers)).toBe(total);
        expect(sum(callees) + self).toBe(total);
        const row = hottest(selection, { unit: "samples" }).find(
          ({ label }) => label.name === name,
        );
        expect({ total, self }).toEqual({ total: row?.total ?? 0, self: row?.self ?? 0 });
      }),
    );
  });
});
