// SPDX-License-Identifier: MIT

import fc from "fast-check";
import { expect, test } from "vitest";
import { COLOR_MODES } from "./color-mode.ts";
import { FIRST_VIEW, type FirstView, hashToView, type ViewState, viewToHash } from "./view-hash.ts";

const BEGIN: ViewState = { node: 0, pattern: "", widths: "both", ...FIRST_VIEW };

test("the first view has no hash", () => {
  expect(viewToHash(BEGIN, FIRST_VIEW)).toBe("");
  expect(hashToView("", 10, FIRST_VIEW)).toEqual(BEGIN);
});

test("a view survives the address bar", () => {
  const shown = {
    direction: fc.constantFrom("icicle" as const, "flame" as const),
    colors: fc.constantFrom(...COLOR_MODES),
  };
  const views = fc.record<ViewState>({
    node: fc.nat(99),
    pattern: fc.string({ unit: "grapheme" }),
    widths: fc.constantFrom("both", "before", "after"),
    ...shown,
  });
  fc.assert(
    fc.property(views, fc.record<FirstView>(shown), (view, first) => {
      expect(hashToView(viewToHash(view, first), 100, first)).toEqual(view);
    }),
  );
});

test("an address by anybody does no harm", () => {
  expect(hashToView("#zoom=100", 100, FIRST_VIEW).node).toBe(0);
  expect(hashToView("#zoom=-1", 100, FIRST_VIEW).node).toBe(0);
  expect(hashToView("#zoom=1.5&layout=x&search=%zz&colors=red", 100, FIRST_VIEW)).toEqual({
    ...BEGIN,
    pattern: "%zz",
  });
});

test("half a surrogate pair in a pattern is no error", () => {
  expect(viewToHash({ ...BEGIN, pattern: "\ud83d" }, FIRST_VIEW)).toBe("#search=%EF%BF%BD");
});
