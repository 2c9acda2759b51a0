// SPDX-License-Identifier: MIT
import { type CodeModule, modulesOfFiles } from "../code/module-name.ts";
import type { FrameEdit } from "./frame-edit.ts";
import { addMadeFrames, type MadeFunction } from "./made-frames.ts";
import { rewriteStacks } from "./rewrite-stacks.ts";

/** What frames can be put together by, beyond their function. */
export type CodeUnit = "file" | "module" | "package";

/** Puts frames of one file, module or package together; what calls itself in it is one frame. */
export function mergeCode(unit: CodeUnit): FrameEdit {
  return {
    name: "by",
    does: `calls within a ${unit} are one frame`,
    removes: "",
    keepsStackless: true,
    apply: (code) => {
      const modules = modulesOfFiles(code.functions);
      const made: MadeFunction[] = [];
      const indexes = new Map<string, number>();
      const madeOf = code.functions.map(({ name, file, module }) => {
        // Without a file: what was made by a fold, which stays what it is.
        const merged = file === "" ? { name, file } : merge(unit, file, modules.get(file)!);
        const key = `${merged.name.length} ${merged.name}${merged.file}\0${module ?? "\0"}`;
        let index = indexes.get(key);
        if (index === undefined) {
          index = made.push({ ...merged, module }) - 1;
          indexes.set(key, index);
        }
        return index;
      });
      const { code: extended, firstFrame } = addMadeFrames(code, made);
      return rewriteStacks(extended, (writer, parent, frame) => {
        const merged = firstFrame + madeOf[code.frames.function[frame]!]!;
        return writer.innermost(parent) === merged ? parent : writer.call(parent, merged);
      });
    },
  };
}

function merge(unit: CodeUnit, file: string, module: CodeModule): MadeFunction {
  switch (unit) {
    case "file":
      return { name: file.replace(/^.*[\\/](?=.)/s, ""), file };
    case "module":
      return { name: module.module, file };
    case "package":
      return { name: module.package, file: "" };
  }
}
