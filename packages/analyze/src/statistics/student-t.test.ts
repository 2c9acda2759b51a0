// SPDX-License-Identifier: MIT

import { expect, test } from "vitest";
import { twoSidedP, twoSidedQuantile } from "./student-t.ts";

// Two-sided critical values from printed tables of Student's t.
test.each([
  [1, 0.05, 12.706],
  [2, 0.05, 4.303],
  [4, 0.01, 4.604],
  [10, 0.05, 2.228],
  [30, 0.001, 3.646],
  [120, 0.05, 1.98],
  [1e6, 0.05, 1.96],
])("%d degrees of freedom, p = %d: %d", (degrees, p, t) => {
  expect(twoSidedQuantile(p, degrees)).toBeCloseTo(t, 3);
  expect(twoSidedP(t, degrees)).toBeCloseTo(p, 4);
});

test("the ends", () => {
  expect(twoSidedP(0, 5)).toBe(1);
  expect(twoSidedP(Number.NaN, 5)).toBe(1);
  expect(twoSidedP(Number.POSITIVE_INFINITY, 5)).toBe(0);
  expect(twoSidedP(40, 200)).toBeGreaterThan(0);
  expect(twoSidedP(-2, 7)).toBe(twoSidedP(2, 7));
});
