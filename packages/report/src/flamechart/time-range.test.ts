// SPDX-License-Identifier: MIT

import { expect, test } from "vitest";
import { hashToRange, moved, rangeToHash, scaled, within } from "./time-range.ts";

const ALL = { fromNanos: 2e9, toNanos: 10e9 };

test("an address brings back what was looked at", () => {
  const range = { fromNanos: 2.5e9, toNanos: 3.000001e9 };
  expect(rangeToHash(range, ALL)).toBe("#time=2.5-3.000001");
  expect(hashToRange("#time=2.5-3.000001", ALL)).toEqual(range);
  expect(rangeToHash(ALL, ALL)).toBe("");
});

test.each(["", "#time=", "#time=3", "#time=a-b", "#time=-1-2", "#time=1e3-2", "#x"])(
  "%s is an address of everything",
  (hash) => expect(hashToRange(hash, ALL)).toEqual(ALL),
);

test("no range leaves what there is, or is too short to be seen", () => {
  expect(hashToRange("#time=0-999", ALL)).toEqual(ALL);
  expect(within({ fromNanos: 9e9, toNanos: 12e9 }, ALL)).toEqual({ fromNanos: 7e9, toNanos: 10e9 });
  expect(within({ fromNanos: 0, toNanos: 1e9 }, ALL)).toEqual({ fromNanos: 2e9, toNanos: 3e9 });
  expect(within({ fromNanos: 5e9, toNanos: 4e9 }, ALL)).toEqual({
    fromNanos: 5e9,
    toNanos: 5e9 + 1000,
  });
  const nothing = { fromNanos: 0, toNanos: 0 };
  expect(within({ fromNanos: 1, toNanos: 2 }, nothing)).toEqual(nothing);
});

test("closer, further away, later", () => {
  const range = { fromNanos: 4e9, toNanos: 6e9 };
  expect(scaled(range, 0.5)).toEqual({ fromNanos: 4.5e9, toNanos: 5.5e9 });
  expect(moved(range, 0.25)).toEqual({ fromNanos: 4.5e9, toNanos: 6.5e9 });
});
