// SPDX-License-Identifier: MIT
import { namesPattern } from "../select/name-pattern.ts";
import type { FrameEdit } from "./frame-edit.ts";
import { type FramePattern, matchFrames } from "./frame-pattern.ts";
import { keepStacks, stacksWith } from "./rewrite-stacks.ts";

/** Keeps the stacks in which a frame matches; pprof's focus. */
export function focus(patterns: readonly FramePattern[]): FrameEdit {
  return {
    name: "focus",
    does: "",
    removes: `samples without a frame that matches ${namesPattern(patterns)}`,
    keepsStackless: false,
    apply: (code) => keepStacks(code, stacksWith(code, matchFrames(code, patterns))),
  };
}

/** Keeps the stacks in which no frame matches; pprof's ignore. */
export function ignore(patterns: readonly FramePattern[]): FrameEdit {
  return {
    name: "ignore",
    does: "",
    removes: `samples with a frame that matches ${namesPattern(patterns)}`,
    keepsStackless: true,
    apply: (code) => {
      const found = stacksWith(code, matchFrames(code, patterns));
      return keepStacks(
        code,
        found.map((one) => 1 - one),
      );
    },
  };
}
