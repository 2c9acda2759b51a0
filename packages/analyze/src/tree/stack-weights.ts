// SPDX-License-Identifier: MIT
import { GrowableFloat64, GrowableInt32 } from "../model/growable.ts";
import { PairTable } from "../model/pair-table.ts";
import type { Selection } from "../select/selection.ts";

/** The distinct stacks of one root group. */
export interface GroupWeights {
  readonly index: number;
  /** Weight of the observations without a Python stack. */
  readonly withoutStack: number;
  /** Indexes in `profile.stacks`, each once. */
  readonly stacks: Int32Array;
  /** Weight of `stacks[i]`. */
  readonly weights: Float64Array;
}

/** Beyond this many (group, stack) cells, weights are kept only for pairs that occur. */
const MAX_DENSE_CELLS = 1 << 23;

interface GroupOptions {
  readonly groupOfThread: Int32Array;
  readonly groupCount: number;
  /** Weight of every run of the profile. */
  readonly weights: Uint32Array | Float64Array;
}

/** Adds up the runs of a selection: the only work that follows the number of runs. */
export function addStackWeights(selection: Selection, options: GroupOptions): GroupWeights[] {
  const stride = selection.profile.stacks.length + 1;
  const cells =
    stride * options.groupCount <= MAX_DENSE_CELLS
      ? denseCells(selection, options, stride)
      : sparseCells(selection, options);
  return splitByGroup(cells, options.groupCount);
}

/** Cells with their weights, in no order: (group, stack + 1). */
interface Cells {
  readonly group: Int32Array;
  readonly stack: Int32Array;
  readonly weight: Float64Array;
}

function denseCells(selection: Selection, options: GroupOptions, stride: number): Cells {
  const { samples } = selection.profile;
  const { groupOfThread, groupCount, weights } = options;
  const sums = new Float64Array(stride * groupCount);
  const seen = new Uint8Array(sums.length);
  for (const run of selection.runs) {
    const cell = groupOfThread[samples.thread[run]!]! * stride + samples.stack[run]! + 1;
    sums[cell]! += weights[run]!;
    seen[cell] = 1;
  }
  const occurring = new GrowableInt32();
  for (let cell = 0; cell < seen.length; cell++) if (seen[cell] === 1) occurring.push(cell);
  const used = occurring.view();
  return {
    group: used.map((cell) => Math.floor(cell / stride)),
    stack: used.map((cell) => cell % stride),
    weight: Float64Array.from(used, (cell) => sums[cell]!),
  };
}

function sparseCells(selection: Selection, options: GroupOptions): Cells {
  const { samples } = selection.profile;
  const { groupOfThread, weights } = options;
  const pairs = new PairTable();
  const sums = new GrowableFloat64();
  for (const run of selection.runs) {
    const cell = pairs.intern(groupOfThread[samples.thread[run]!]!, samples.stack[run]! + 1);
    if (cell === sums.length) sums.push(0);
    sums.values[cell]! += weights[run]!;
  }
  return { group: pairs.first.view(), stack: pairs.second.view(), weight: sums.view() };
}

function splitByGroup(cells: Cells, groupCount: number): GroupWeights[] {
  const counts = new Int32Array(groupCount);
  const withoutStack = new Float64Array(groupCount);
  const used = new Uint8Array(groupCount);
  cells.group.forEach((group, cell) => {
    used[group] = 1;
    if (cells.stack[cell] === 0) withoutStack[group]! += cells.weight[cell]!;
    else counts[group]!++;
  });
  const groups = Array.from(counts, (count, index) => ({
    index,
    withoutStack: withoutStack[index]!,
    stacks: new Int32Array(count),
    weights: new Float64Array(count),
  }));
  const next = new Int32Array(groupCount);
  cells.group.forEach((group, cell) => {
    if (cells.stack[cell] === 0) return;
    const at = next[group]!++;
    groups[group]!.stacks[at] = cells.stack[cell]! - 1;
    groups[group]!.weights[at] = cells.weight[cell]!;
  });
  return groups.filter(({ index }) => used[index] === 1);
}
