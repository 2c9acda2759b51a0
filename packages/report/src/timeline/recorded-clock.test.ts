// SPDX-License-Identifier: MIT

import { expect, test } from "vitest";
import { recordedClock } from "./recorded-clock.ts";

test("the clock stands still where nothing was recorded", () => {
  const clock = recordedClock([
    { startNanos: 1000, endNanos: 1500 },
    { startNanos: 0, endNanos: 100 },
    { startNanos: 1200, endNanos: 1600 },
  ]);
  expect(clock.length).toBe(700);
  expect([0, 50, 100, 500, 1000, 1300, 1600, 9999].map((nanos) => clock.at(nanos))).toEqual([
    0, 50, 100, 100, 100, 400, 700, 700,
  ]);
});
