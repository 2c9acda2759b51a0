// SPDX-License-Identifier: MIT
import { type FramePattern, matchFrames } from "../frames/frame-pattern.ts";
import type { FrameLabel, WeightUnit } from "../model/call-tree.ts";
import type { Selection } from "../select/selection.ts";
import { LabelTable } from "../tree/label-table.ts";
import { compareLabels } from "../tree/order-tree.ts";
import { runWeights } from "../tree/run-weights.ts";
import { addStackWeights } from "../tree/stack-weights.ts";

/** Who calls some functions, and what they call. */
export interface Neighbours {
  readonly unit: WeightUnit;
  /** The functions, or lines, that match and occur. */
  readonly matched: readonly FrameLabel[];
  /** Weight of the observations that have one of them on their stack. */
  readonly total: number;
  /** Of that, with one of them innermost. */
  readonly self: number;
  /** By weight, adding up to `total`. */
  readonly callers: readonly Neighbour[];
  /** By weight, adding up to `total` with `self`. */
  readonly callees: readonly Neighbour[];
}

export interface Neighbour {
  /** `undefined`: called by nothing that is known. */
  readonly label: FrameLabel | undefined;
  readonly weight: number;
}

export interface NeighbourOptions {
  readonly unit: WeightUnit;
  /** A neighbour is a line; else a function. */
  readonly lines: boolean;
}

/**
 * The callers and the callees of the functions that match.
 *
 * They are taken together: of several on one stack, the caller is that of the outermost, the callee
 * that of the innermost. So recursion, and calls among them, are within, and every observation has
 * exactly one caller, and one callee or none.
 */
export function findNeighbours(
  selection: Selection,
  patterns: readonly FramePattern[],
  { unit, lines }: NeighbourOptions,
): Neighbours {
  const { profile } = selection;
  const { stacks, threads, samples } = profile;
  const labels = new LabelTable();
  const labelOfFrame = labels.ofFrames(profile, lines);
  const marks = matchFrames(profile, patterns);
  const { callerFrame, calleeFrame } = neighbourFrames(stacks, marks);
  const callers = new Map<number, number>();
  const callees = new Map<number, number>();
  const matched = new Set<number>();
  let [total, self] = [0, 0];
  const groups = addStackWeights(selection, {
    groupOfThread: new Int32Array(threads.length),
    groupCount: 1,
    weights: runWeights(samples, unit),
  });
  for (const group of groups) {
    group.stacks.forEach((stack, i) => {
      const caller = callerFrame[stack]!;
      if (caller === NO_MATCH) return;
      const weight = group.weights[i]!;
      total += weight;
      add(callers, caller === NO_FRAME ? NO_FRAME : labelOfFrame[caller]!, weight);
      const callee = calleeFrame[stack]!;
      if (callee === NO_FRAME) self += weight;
      else add(callees, labelOfFrame[callee]!, weight);
      for (let at = stack; at >= 0; at = stacks.parent[at]!) {
        const frame = stacks.frame[at]!;
        if (marks[frame] === 1) matched.add(labelOfFrame[frame]!);
      }
    });
  }
  const ordered = (weights: Map<number, number>): Neighbour[] =>
    [...weights]
      .map(([label, weight]) => ({ label: labels.labels[label], weight }))
      .sort((a, b) => b.weight - a.weight || compare(a.label, b.label));
  return {
    unit,
    matched: [...matched].map((label) => labels.labels[label]!).sort(compareLabels),
    total,
    self,
    callers: ordered(callers),
    callees: ordered(callees),
  };
}

const NO_FRAME = -1;
const NO_MATCH = -2;

/** Of every stack: what calls its outermost match, and what its innermost match calls. */
function neighbourFrames(
  { length, parent, frame }: Selection["profile"]["stacks"],
  marks: Uint8Array,
): { readonly callerFrame: Int32Array; readonly calleeFrame: Int32Array } {
  const callerFrame = new Int32Array(length).fill(NO_MATCH);
  const calleeFrame = new Int32Array(length).fill(NO_FRAME);
  for (let stack = 0; stack < length; stack++) {
    const above = parent[stack]!;
    const inherited = above < 0 ? NO_MATCH : callerFrame[above]!;
    if (marks[frame[stack]!] === 1) {
      const caller = above < 0 ? NO_FRAME : frame[above]!;
      callerFrame[stack] = inherited === NO_MATCH ? caller : inherited;
    } else if (inherited !== NO_MATCH) {
      callerFrame[stack] = inherited;
      const further = calleeFrame[above]!;
      calleeFrame[stack] = further === NO_FRAME ? frame[stack]! : further;
    }
  }
  return { callerFrame, calleeFrame };
}

function add(sums: Map<number, number>, key: number, weight: number): void {
  sums.set(key, (sums.get(key) ?? 0) + weight);
}

/** What is not known stands last. */
function compare(a: FrameLabel | undefined, b: FrameLabel | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compareLabels(a, b);
}
