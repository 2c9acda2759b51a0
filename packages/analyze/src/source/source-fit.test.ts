// SPDX-License-Identifier: MIT
import { expect, test } from "vitest";
import { sourceLines, sourceMisfit } from "./source-fit.ts";

const LINES = sourceLines(
  "\ufeffimport x\n\n@x.cached\n@other\nasync def load(a):\r\n    return a\nclass Shop:\n    def pay(self):\n        f = lambda: 1\n",
);
const at = (name: string, firstLine: number, lastLine = firstLine) => ({
  name,
  firstLine,
  lastLine,
});

test("a file in which every function begins where it was recorded fits", () => {
  const code = [
    at("<module>", 1, 7),
    at("load", 3, 6),
    at("Shop", 7),
    at("Shop.pay", 8, 9),
    at("Shop.pay.<locals>.<lambda>", 9),
  ];
  expect(sourceMisfit(LINES, code)).toBeUndefined();
});

test.each([
  [at("load", 4), undefined],
  [at("load", 6), "load does not begin at its line 6"],
  [at("loa", 3), "loa does not begin at its line 3"],
  [at("pay", 8, 40), "line 40 was seen, and it has 10"],
  [at("Shop.<lambda>", 1), "Shop.<lambda> does not begin at its line 1"],
  [at("load", 0), "load does not begin at its line 0"],
  [at("load", 9_000_000), "line 9000000 was seen, and it has 10"],
])("%j", (code, misfit) => {
  expect(sourceMisfit(LINES, [code])).toBe(misfit);
});
