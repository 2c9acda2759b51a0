// SPDX-License-Identifier: MIT

import { expect, test } from "vitest";
import { wrapParts, wrapWords } from "./wrap-text.ts";

test("parts stay whole while they fit", () => {
  expect(wrapParts(["one", "two", "three"], 9)).toEqual(["one · two", "three"]);
  expect(wrapParts(["much too long"], 5)).toEqual(["much…"]);
});

test("words wrap, and break where they must", () => {
  expect(wrapWords("pyspy-analyze run.pspy --gil", 15)).toEqual([
    "pyspy-analyze",
    "run.pspy --gil",
  ]);
  expect(wrapWords("abcdefgh ij", 4)).toEqual(["abcd", "efgh", "ij"]);
  expect(wrapWords("x".repeat(100_000), 100)).toHaveLength(1000);
});
