// SPDX-License-Identifier: MIT

import type { FrameLabel } from "../model/call-tree.ts";
import type { FunctionChange } from "./comparison.ts";

/** A function that is gone and one that is new, which may be the same. */
export interface RenameCandidate {
  readonly before: FrameLabel;
  readonly after: FrameLabel;
}

/** "<module>", "<lambda>": every file has them. */
const GENERIC = /^<.*>$/;
/** Their times may differ by this factor: it was perhaps changed, too. */
const MOST_RATIO = 1.5;

/**
 * Pairs of functions of which one is only before and the other only after, in the same file, or of the
 * same name, and about as expensive. To be proposed, never to be merged in silence.
 */
export function renameCandidates(functions: readonly FunctionChange[]): RenameCandidate[] {
  const named = functions.filter(({ label }) => !GENERIC.test(label.name));
  const gone = named.filter(({ total }) => total.before > 0 && total.after === 0);
  const came = new Set(named.filter(({ total }) => total.before === 0 && total.after > 0));
  const pairs: RenameCandidate[] = [];
  for (const old of gone) {
    const match = [...came]
      .filter(({ label }) => (label.file === old.label.file) !== (label.name === old.label.name))
      .map((each) => ({ each, ratio: ratio(each.total.after, old.total.before) }))
      .filter((candidate) => candidate.ratio <= MOST_RATIO)
      .sort((a, b) => a.ratio - b.ratio)[0];
    if (match === undefined) continue;
    came.delete(match.each);
    pairs.push({ before: old.label, after: match.each.label });
  }
  return pairs;
}

function ratio(one: number, two: number): number {
  return Math.max(one / two, two / one);
}
