// SPDX-License-Identifier: MIT
import { isInstalledCode, isOfSystem } from "../code/installed-code.ts";
import { namesPattern } from "../select/name-pattern.ts";
import type { FrameEdit } from "./frame-edit.ts";
import { type FramePattern, matchFrames } from "./frame-pattern.ts";
import { keepFrames } from "./rewrite-stacks.ts";

/** Takes out the frames that match: what they call is called by their callers; pprof's hide. */
export function hide(patterns: readonly FramePattern[]): FrameEdit {
  return {
    name: "hide",
    does: `frames that match ${namesPattern(patterns)} are hidden`,
    removes: "samples of which all frames are hidden",
    keepsStackless: true,
    apply: (code) =>
      keepFrames(
        code,
        matchFrames(code, patterns).map((one) => 1 - one),
      ),
  };
}

/** Keeps only the frames that match; pprof's show. */
export function show(patterns: readonly FramePattern[]): FrameEdit {
  return {
    name: "show",
    does: `only frames that match ${namesPattern(patterns)} are shown`,
    removes: `samples without a frame that matches ${namesPattern(patterns)}`,
    keepsStackless: false,
    apply: (code) => keepFrames(code, matchFrames(code, patterns)),
  };
}

/**
 * Keeps only the frames of the program itself: not those of the interpreter's library and of
 * installed packages.
 *
 * @param prefixes see `isInstalledCode`.
 */
export function myCode(prefixes: readonly string[]): FrameEdit {
  return {
    name: "my-code",
    does: "only frames of the program's own code are shown",
    removes: "samples without a frame of the program's own code",
    keepsStackless: false,
    apply: (code) => {
      const own = code.functions.map(({ file, module }) =>
        Number(!isInstalledCode(file, prefixes) && (module === undefined || !isOfSystem(module))),
      );
      return keepFrames(
        code,
        Uint8Array.from(code.frames.function, (index) => own[index]!),
      );
    },
  };
}
