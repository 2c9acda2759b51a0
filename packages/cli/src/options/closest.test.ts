// SPDX-License-Identifier: MIT

import { expect, it } from "vitest";
import { closest } from "./closest.ts";

it.each([
  ["fromat", "format"],
  ["formt", "format"],
  ["Output", "output"],
  ["thread", "threads"],
  ["gli", "gil"],
  ["nonsense", undefined],
  ["x", undefined],
])("%s means %s", (word, meant) => {
  expect(closest(word, ["format", "output", "threads", "gil", "idle"])).toBe(meant);
});
