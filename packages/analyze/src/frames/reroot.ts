// SPDX-License-Identifier: MIT
import { namesPattern } from "../select/name-pattern.ts";
import { type FrameEdit, NO_STACK } from "./frame-edit.ts";
import { type FramePattern, matchFrames } from "./frame-pattern.ts";
import { rewriteStacks } from "./rewrite-stacks.ts";

/** Begins each stack at its outermost frame that matches; pprof's show_from. */
export function showFrom(patterns: readonly FramePattern[]): FrameEdit {
  return {
    name: "show-from",
    does: `stacks begin at their first frame that matches ${namesPattern(patterns)}`,
    removes: `samples without a frame that matches ${namesPattern(patterns)}`,
    keepsStackless: false,
    apply: (code) => {
      const matches = matchFrames(code, patterns);
      return rewriteStacks(code, (writer, parent, frame) =>
        parent !== NO_STACK || matches[frame] === 1 ? writer.call(parent, frame) : NO_STACK,
      );
    },
  };
}

/**
 * Begins each stack at its innermost frame that matches: every call of a recursive function becomes a
 * root, and what it does by itself is seen in one place.
 */
export function rootAt(patterns: readonly FramePattern[]): FrameEdit {
  return {
    name: "root-at",
    does: `stacks begin at their last frame that matches ${namesPattern(patterns)}`,
    removes: `samples without a frame that matches ${namesPattern(patterns)}`,
    keepsStackless: false,
    apply: (code) => {
      const matches = matchFrames(code, patterns);
      const { parent: callers } = code.stacks;
      return rewriteStacks(
        code,
        (writer, parent, frame) => {
          if (matches[frame] === 1) return writer.call(NO_STACK, frame);
          return parent === NO_STACK ? NO_STACK : writer.call(parent, frame);
        },
        (frame, stack) => matches[frame] === 1 && callers[stack]! >= 0,
      );
    },
  };
}
