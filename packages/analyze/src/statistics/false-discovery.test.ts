// SPDX-License-Identifier: MIT

import { expect, test } from "vitest";
import { falseDiscoveryRates } from "./false-discovery.ts";

test("the example of Benjamini and Hochberg's paper: four of fifteen at 5 %", () => {
  const p = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719,
    0.6528, 0.759, 1,
  ];
  const rates = falseDiscoveryRates(p);
  expect(rates.filter((rate) => rate <= 0.05)).toHaveLength(4);
  expect(rates[0]).toBeCloseTo(0.0015);
  expect(rates).toEqual(rates.toSorted((a, b) => a - b));
});

test("nothing is asked, one thing is asked, order is kept", () => {
  expect(falseDiscoveryRates([])).toEqual([]);
  expect(falseDiscoveryRates([0.03])).toEqual([0.03]);
  expect(falseDiscoveryRates([0.5, 0.01])).toEqual([0.5, 0.02]);
});
