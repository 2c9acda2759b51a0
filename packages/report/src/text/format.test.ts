// SPDX-License-Identifier: MIT

import { expect, test } from "vitest";
import { formatBytes } from "./format-bytes.ts";
import { formatDuration } from "./format-duration.ts";
import { formatCount, formatCounted, formatPercent, formatRate } from "./format-number.ts";
import { formatUtc, formatUtcMillis } from "./format-time.ts";
import { formatWeight } from "./format-weight.ts";

test.each([
  [0, "0 s"],
  [1, "1 ns"],
  [999, "999 ns"],
  [999.6, "1.00 µs"],
  [1_250_000, "1.25 ms"],
  [12_345_678, "12.3 ms"],
  [999_400_000, "999 ms"],
  [999_600_000, "1.00 s"],
  [12_345_678_901, "12.3 s"],
  [59_960_000_000, "1 min 00 s"],
  [65_000_000_000, "1 min 05 s"],
  [3_599_600_000_000, "1 h 00 min"],
  [5_400_000_000_000, "1 h 30 min"],
  [-1_500_000, "-1.50 ms"],
])("%d ns is %s", (nanos, text) => {
  expect(formatDuration(nanos)).toBe(text);
});

test.each([
  [0, 100, "0.0 %"],
  [0, 0, "0.0 %"],
  [382, 1000, "38.2 %"],
  [1, 1_000_000, "<0.1 %"],
  [999_999, 1_000_000, ">99.9 %"],
  [5, 5, "100.0 %"],
])("%d of %d is %s", (part, whole, text) => {
  expect(formatPercent(part, whole)).toBe(text);
});

test("counts, rates, sizes and times", () => {
  expect(formatCount(1_234_567)).toBe("1,234,567");
  expect(formatCounted(1, "sample")).toBe("1 sample");
  expect(formatCounted(2, "process", "processes")).toBe("2 processes");
  expect(formatWeight(1234, "samples")).toBe("1,234 samples");
  expect(formatWeight(1234, "wall-nanos")).toBe("1.23 µs");
  expect([100, 99.84, 0.5, 12_345].map(formatRate)).toEqual(["100", "99.8", "0.5", "12,345"]);
  expect([12, 3_100_000, 999_600].map(formatBytes)).toEqual(["12 B", "3.1 MB", "1.0 MB"]);
  expect(formatUtc(1_700_000_000_000_000_000n)).toBe("2023-11-14 22:13:20 UTC");
  expect(formatUtcMillis(1_700_000_000_012_999_999n)).toBe("2023-11-14 22:13:20.012 UTC");
  expect(formatUtc(2n ** 64n)).toBe("2554-07-21 23:34:33 UTC");
});
