// SPDX-License-Identifier: MIT
import type { Profile } from "../model/profile.ts";

/**
 * The longest stack, from the root on, whose functions begin the stacks of all these runs; -1: they
 * have none in common. Lines may differ: the stack that is returned is one of several alike.
 */
export function commonStack(profile: Profile, runs: readonly number[]): number {
  const { samples } = profile;
  let common: number | undefined;
  for (const run of runs) {
    const stack = samples.stack[run]!;
    if (common === undefined || common === stack) common = stack;
    else common = commonOfTwo(profile, common, stack);
    if (common < 0) return -1;
  }
  return common ?? -1;
}

function commonOfTwo({ stacks, frames }: Profile, a: number, b: number): number {
  const [pathA, pathB] = [path(stacks.parent, a), path(stacks.parent, b)];
  const functionOf = (stack: number): number => frames.function[stacks.frame[stack]!]!;
  let common = -1;
  for (let i = 0; i < Math.min(pathA.length, pathB.length); i++) {
    if (functionOf(pathA[i]!) !== functionOf(pathB[i]!)) break;
    common = pathA[i]!;
  }
  return common;
}

/** Indexes of a stack's parents and its own, outermost first. */
function path(parent: Int32Array, stack: number): number[] {
  const path: number[] = [];
  for (let at = stack; at >= 0; at = parent[at]!) path.push(at);
  return path.reverse();
}
