// SPDX-License-Identifier: MIT
import type { Profile } from "../model/profile.ts";
import type { LocalVariable } from "../model/variables.ts";

/** Ticks have microseconds; the moment of a snapshot is exact. */
const ROUNDING_NANOS = 1000;

/**
 * The local variables of the frames of a stack as they were at a moment: by the stack whose innermost
 * frame has them. Empty where none were recorded.
 *
 * @param stack of a thread whose frames are as they were recorded, with or without native ones.
 */
export function variablesAt(
  profile: Profile,
  {
    thread,
    stack,
    atNanos,
  }: { readonly thread: number; readonly stack: number; readonly atNanos: number },
): ReadonlyMap<number, readonly LocalVariable[]> {
  const { stacks, frames, functions, variables } = profile;
  const found = new Map<number, readonly LocalVariable[]>();
  const snapshot = variables.findLast(
    (each) => each.thread === thread && Math.abs(each.timeNanos - atNanos) <= ROUNDING_NANOS,
  );
  if (snapshot === undefined) return found;
  const byDepth = new Map(snapshot.frames.map((frame) => [frame.depth, frame.variables]));
  let depth = 0;
  for (let at = stack; at >= 0; at = stacks.parent[at]!) {
    if (functions[frames.function[stacks.frame[at]!]!]!.module !== undefined) continue;
    const here = byDepth.get(depth++);
    if (here !== undefined) found.set(at, here);
  }
  return found;
}
