// SPDX-License-Identifier: MIT
import type { WeightUnit } from "../model/call-tree.ts";
import type { Profile } from "../model/profile.ts";
import type { Selection } from "../select/selection.ts";
import { runWeights } from "../tree/run-weights.ts";
import { addStackWeights } from "../tree/stack-weights.ts";

/** What a line of a file took. */
export interface LineWeight {
  /** Weight of the observations in which it was innermost. */
  self: number;
  /** Weight of the observations on whose stack it was; once each. */
  total: number;
}

/** Of each file, the lines that were seen, by their numbers from 1. */
export type LineHeat = ReadonlyMap<string, ReadonlyMap<number, LineWeight>>;

/** What each line of some files took. Functions that share a line are one. */
export function lineHeat(
  selection: Selection,
  unit: WeightUnit,
  files: ReadonlySet<string>,
): LineHeat {
  const { profile } = selection;
  const { ofFrame, weights, heat } = linesOf(profile, files);
  const { parent, frame } = profile.stacks;
  const [all] = addStackWeights(selection, {
    groupOfThread: new Int32Array(profile.threads.length),
    groupCount: 1,
    weights: runWeights(profile.samples, unit),
  });
  /** The stack that a line was last met on. */
  const metOn = new Int32Array(weights.length).fill(-1);
  all?.stacks.forEach((stack, i) => {
    const weight = all.weights[i]!;
    for (let at = stack; at >= 0; at = parent[at]!) {
      const line = ofFrame[frame[at]!]!;
      if (line < 0 || metOn[line] === stack) continue;
      metOn[line] = stack;
      weights[line]!.total += weight;
      if (at === stack) weights[line]!.self += weight;
    }
  });
  return heat;
}

/** The lines of the files that frames stand on: -1 of frame, where it is on none of them. */
function linesOf({ frames, functions }: Profile, files: ReadonlySet<string>) {
  const ofFrame = new Int32Array(frames.length).fill(-1);
  const weights: LineWeight[] = [];
  const heat = new Map<string, Map<number, LineWeight>>();
  const ids = new Map<LineWeight, number>();
  for (let index = 0; index < frames.length; index++) {
    const { file, module } = functions[frames.function[index]!]!;
    const line = frames.line[index]!;
    if (line < 1 || module !== undefined || !files.has(file)) continue;
    const lines = heat.get(file) ?? new Map<number, LineWeight>();
    heat.set(file, lines);
    const weight = lines.get(line) ?? { self: 0, total: 0 };
    if (!ids.has(weight)) {
      lines.set(line, weight);
      ids.set(weight, weights.push(weight) - 1);
    }
    ofFrame[index] = ids.get(weight)!;
  }
  return { ofFrame, weights, heat };
}
