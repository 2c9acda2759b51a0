// SPDX-License-Identifier: MIT

import fc from "fast-check";
import { expect, test } from "vitest";
import { FIRST_VIEW, hashToView, type ViewState, viewToHash } from "./view-hash.ts";

test("the first view has no hash", () => {
  expect(viewToHash(FIRST_VIEW)).toBe("");
  expect(hashToView("", 10)).toEqual(FIRST_VIEW);
});

test("a view survives the address bar", () => {
  const views = fc.record<ViewState>({
    node: fc.nat(99),
    pattern: fc.string({ unit: "grapheme" }),
    direction: fc.constantFrom("icicle", "flame"),
  });
  fc.assert(
    fc.property(views, (view) => {
      expect(hashToView(viewToHash(view), 100)).toEqual(view);
    }),
  );
});

test("an address by anybody does no harm", () => {
  expect(hashToView("#zoom=100", 100).node).toBe(0);
  expect(hashToView("#zoom=-1", 100).node).toBe(0);
  expect(hashToView("#zoom=1.5&layout=x&search=%zz", 100)).toEqual({
    node: 0,
    pattern: "%zz",
    direction: "icicle",
  });
});

test("half a surrogate pair in a pattern is no error", () => {
  expect(viewToHash({ ...FIRST_VIEW, pattern: "\ud83d" })).toBe("#search=%EF%BF%BD");
});
