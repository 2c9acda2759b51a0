// SPDX-License-Identifier: MIT

import fc from "fast-check";
import { expect, test } from "vitest";
import { cutToCells, textCells } from "./text-cells.ts";

test.each([
  ["", 0],
  ["main", 4],
  ["größe", 5],
  ["汉字", 4],
  ["e\u0301", 1],
  ["😀", 2],
])("%j takes %i cells", (text, cells) => {
  expect(textCells(text)).toBe(cells);
});

test("a cut text fits and is a start of the whole", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.nat(20), (text, limit) => {
      const cut = cutToCells(text, limit);
      expect(textCells(cut)).toBeLessThanOrEqual(limit);
      expect(text.startsWith(cut)).toBe(true);
    }),
  );
});
