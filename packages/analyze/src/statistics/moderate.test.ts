// SPDX-License-Identifier: MIT

import { describe, expect, it } from "vitest";
import { randomNumbers } from "../testing/random.ts";
import { moderate } from "./moderate.ts";
import { digamma, trigamma, trigammaInverse } from "./polygamma.ts";

describe("polygamma", () => {
  it.each([
    // -Euler's constant, and below it ln 2 twice (DLMF 5.4.12, 5.4.13); pi^2 / 6, pi^2 / 2 (5.15.3).
    [1, -0.5772156649015329, Math.PI ** 2 / 6],
    [0.5, -0.5772156649015329 - 2 * Math.LN2, Math.PI ** 2 / 2],
    [100, 4.600161852738087, 0.010050166663333571],
  ])("of %d", (x, first, second) => {
    expect(digamma(x)).toBeCloseTo(first, 10);
    expect(trigamma(x)).toBeCloseTo(second, 10);
    expect(trigammaInverse(second)).toBeCloseTo(x, 6);
  });
});

describe("spreads drawn towards what they have in common", () => {
  const degrees = 18;
  const random = randomNumbers(3);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  /** An estimate of a variance with so many degrees of freedom. */
  const estimate = (variance: number): number => {
    let sum = 0;
    for (let i = 0; i < degrees; i++) sum += normal() ** 2;
    return (variance * sum) / degrees;
  };
  const estimates = (variance: number, count: number) =>
    Array.from({ length: count }, () => ({ variance: estimate(variance), degrees }));

  it("become nearly one where they are one", () => {
    const moderated = moderate(estimates(4, 60));
    for (const { variance, degrees: rest } of moderated) {
      expect(Math.abs(variance - 4)).toBeLessThan(1.5);
      expect(rest).toBeGreaterThan(3 * degrees);
    }
  });

  it("stay what they are where they differ, and where one is clearly larger", () => {
    const unlike = Array.from({ length: 60 }, (_, i) => estimates(4 ** (i % 5), 1)[0]!);
    moderate(unlike).forEach(({ variance, degrees: rest }, i) => {
      expect(Math.abs(Math.log(variance / unlike[i]!.variance))).toBeLessThan(0.5);
      expect(rest).toBeLessThan(1.5 * degrees);
    });
    const outlier = { variance: 20, degrees };
    expect(moderate([...estimates(4, 60), outlier]).at(-1)).toBe(outlier);
  });

  it("are left alone where they are few, and where nothing varies", () => {
    const few = estimates(4, 7);
    expect(moderate(few)).toEqual(few);
    const nothing = { variance: 0, degrees };
    expect(moderate([...estimates(4, 20), nothing]).at(-1)).toBe(nothing);
  });
});
