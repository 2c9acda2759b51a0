// SPDX-License-Identifier: MIT

import fc from "fast-check";
import { expect, test } from "vitest";
import { fitLabel } from "./fit-label.ts";
import { textCells } from "./text-cells.ts";

test.each([
  [40, "Server.handle (net/server.py:42)"],
  [30, "Server.handle (server.py:42)"],
  [20, "Server.handle"],
  [13, "Server.handle"],
  [10, "…handle"],
  [7, "…handle"],
  [6, "handl…"],
  [3, "ha…"],
  [2, ""],
  [-5, ""],
])("in %i cells: %s", (cells, text) => {
  const { name, place } = fitLabel("Server.handle", "net/server.py:42", cells);
  expect(name + place).toBe(text);
});

test.each([
  ["score.<locals>.<genexpr>", 16, "score.<genexpr>"],
  ["score.<locals>.<genexpr>", 12, "…<genexpr>"],
  ["thread 4242 (MainThread)", 12, "MainThread"],
  ["thread 4242 (MainThread)", 7, "MainTh…"],
  ["process 12: python app.py", 14, "process 12: p…"],
  ["ends.with.dot.", 5, "ends…"],
])("%s in %i cells: %s", (name, cells, text) => {
  expect(fitLabel(name, "", cells).name).toBe(text);
});

test("no label is wider than its room", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string(), fc.nat(60), (name, place, cells) => {
      const fitted = fitLabel(name, place, cells);
      expect(textCells(fitted.name + fitted.place)).toBeLessThanOrEqual(cells);
    }),
  );
});
