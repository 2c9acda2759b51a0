// SPDX-License-Identifier: MIT

import fc from "fast-check";
import { expect, test } from "vitest";
import { HOSTILE_NAMES } from "../testing/hostile-names.ts";
import { visibleExcerpt, visibleText } from "./visible-text.ts";

test.each([
  ["plain, ümläut, 汉字 😀", "plain, ümläut, 汉字 😀"],
  ["a\nb\tc\rd", "a\\nb\\tc\\rd"],
  ["\u0000\u001b[31m", "\\x00\\x1b[31m"],
  ["\u202eabc\u2069", "\\u202eabc\\u2069"],
  ["\ud83dx\ude00", "\\ud83dx\\ude00"],
  ["\ufffe\uffff\u2028", "\\ufffe\\uffff\\u2028"],
])("%j is shown as %j", (text, shown) => {
  expect(visibleText(text)).toBe(shown);
});

test("nothing unsafe is left of any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const shown = visibleText(text);
      expect(shown).toMatch(/^[^\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u);
      expect(visibleText(shown)).toBe(shown);
    }),
  );
});

test("an excerpt counts what it leaves out and never cuts a pair", () => {
  expect(visibleExcerpt("short", 5)).toBe("short");
  expect(visibleExcerpt("too long", 3)).toBe("too… (8 characters)");
  expect(visibleExcerpt("ab😀cd", 3)).toBe("ab… (6 characters)");
  for (const name of HOSTILE_NAMES) expect(visibleExcerpt(name, 50).length).toBeLessThan(400);
});
