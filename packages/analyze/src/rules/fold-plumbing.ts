// SPDX-License-Identifier: MIT
import type { FrameEdit } from "../frames/frame-edit.ts";
import { matchFrames } from "../frames/frame-pattern.ts";
import { addMadeFrames } from "../frames/made-frames.ts";
import { rewriteStacks } from "../frames/rewrite-stacks.ts";
import type { RulePack } from "./rule-pack.ts";

/**
 * Shows the plumbing of frameworks as one frame, "[asyncio]", wherever its frames follow each other.
 * Of several rules that match a frame, the first counts.
 */
export function foldPlumbing(packs: readonly RulePack[]): FrameEdit {
  const rules = packs.flatMap(({ fold }) => fold);
  return {
    name: "fold",
    does: `plumbing of ${packs.map(({ name }) => name).join(", ")} is folded`,
    removes: "",
    keepsStackless: true,
    apply: (code) => {
      const made = rules.map(({ as }) => ({ name: `[${as}]`, file: "" }));
      const { code: extended, firstFrame } = addMadeFrames(code, made);
      const foldInto = new Int32Array(code.frames.length).fill(-1);
      rules.forEach(({ frames }, rule) => {
        matchFrames(code, frames).forEach((matches, frame) => {
          if (matches === 1 && foldInto[frame]! < 0) foldInto[frame] = firstFrame + rule;
        });
      });
      return rewriteStacks(
        extended,
        (writer, parent, frame) => {
          const folded = foldInto[frame]!;
          if (folded < 0) return writer.call(parent, frame);
          return writer.innermost(parent) === folded ? parent : writer.call(parent, folded);
        },
        (frame) => foldInto[frame]! >= 0,
      );
    },
  };
}
