// SPDX-License-Identifier: MIT

import type { FrameLabel, Profile, PythonFunction } from "@pyspy/analyze";
import type { Json } from "./json.ts";

/** A function of the profile as a label without a line. */
export function functionLabel({ name, file, module }: PythonFunction): FrameLabel {
  return { kind: module === undefined ? "python" : "native", name, file, line: 0 };
}

/** Labels of all functions of a profile, by their index. */
export function functionLabels({ functions }: Profile): FrameLabel[] {
  return functions.map(functionLabel);
}

/** A function by its index; `null` for -1. */
export function functionJson({ functions }: Profile, index: number): Json {
  if (index < 0) return null;
  const { name, file } = functions[index]!;
  return { function: name, file };
}

/** A stack, outermost first; empty for -1. */
export function stackJson({ stacks, frames, functions }: Profile, stack: number): Json {
  const path: Json[] = [];
  for (let at = stack; at >= 0; at = stacks.parent[at]!) {
    const frame = stacks.frame[at]!;
    const { name, file } = functions[frames.function[frame]!]!;
    path.push({ function: name, file, line: frames.line[frame]! });
  }
  return path.reverse();
}
