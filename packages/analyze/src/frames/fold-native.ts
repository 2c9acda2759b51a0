// SPDX-License-Identifier: MIT
import { unnamedName } from "../native/native-role.ts";
import { type FrameEdit, NO_STACK } from "./frame-edit.ts";
import { addMadeFrames } from "./made-frames.ts";
import { rewriteStacks } from "./rewrite-stacks.ts";

/**
 * Folds native frames into the Python frame that called them, whose own time theirs becomes; Python
 * that they call back is called by it. Native stacks that no Python frame called are one frame, the file
 * that their outermost frame is in: "[libthing.so]". Unlike a view without native frames, filters for
 * whole stacks see them before, and threads without Python keep their time.
 */
export function foldNative(): FrameEdit {
  return {
    name: "fold-native",
    does: "native frames are folded into the Python frames that called them",
    removes: "",
    keepsStackless: true,
    apply: (code) => {
      const modules = [...new Set(code.functions.flatMap(({ module }) => module ?? []))];
      const { code: extended, firstFrame } = addMadeFrames(
        code,
        modules.map((module) => ({ name: unnamedName(module), file: module, module })),
      );
      const madeOf = code.functions.map(({ module }) =>
        module === undefined ? PYTHON : firstFrame + modules.indexOf(module),
      );
      const foldInto = code.frames.function.map((index) => madeOf[index]!);
      return rewriteStacks(
        extended,
        (writer, parent, frame) => {
          const folded = foldInto[frame]!;
          if (folded !== PYTHON) return parent < 0 ? writer.call(parent, folded) : parent;
          // What started the interpreter is no caller.
          const isStart = writer.innermost(parent) >= firstFrame;
          return writer.call(isStart ? NO_STACK : parent, frame);
        },
        (frame) => foldInto[frame]! !== PYTHON,
      );
    },
  };
}

const PYTHON = -1;
