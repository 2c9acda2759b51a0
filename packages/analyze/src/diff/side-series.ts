// SPDX-License-Identifier: MIT

import type { Series } from "../statistics/series.ts";
import type { AlignedStacks } from "./aligned-stacks.ts";
import type { Replicate } from "./comparison.ts";
import { RecordedTime } from "./recorded-time.ts";
import {
  cutIntoWindows,
  type DiffUnit,
  forEachWindow,
  sumOfWindows,
  type WindowPieces,
} from "./window-sums.ts";

/** What is asked of each window: some indexes of a large table, and what they are here. */
export type Quantity = "functionSelf" | "functionTotal" | "nodeTotal";
export type Chosen = Readonly<Record<Quantity, readonly number[]>>;

/** Nanoseconds of weight of one side, all of its replicates added up. */
export interface SideTotals {
  readonly recordedNanos: number;
  readonly all: number;
  /** One entry a function. */
  readonly functionSelf: Float64Array;
  readonly functionTotal: Float64Array;
  /** One entry a node. */
  readonly nodeSelf: Float64Array;
  readonly nodeTotal: Float64Array;
}

/** Means over windows, as parts of the time: 0.5 is half a second a second. */
export interface SideSeries {
  readonly all: readonly Series[];
  /** For each index chosen, a series a replicate. */
  readonly of: Readonly<Record<Quantity, ReadonlyMap<number, readonly Series[]>>>;
}

/** The recorded time of one side. */
export class SideTime {
  /** Of each replicate. */
  readonly times: readonly RecordedTime[];

  constructor(replicates: readonly Replicate[]) {
    this.times = replicates.map(
      ({ selection, within }) => new RecordedTime(selection.recorded, within),
    );
  }

  get recordedNanos(): number {
    return this.times.reduce((sum, { lengthNanos }) => sum + lengthNanos, 0);
  }

  get longestNanos(): number {
    return Math.max(...this.times.map(({ lengthNanos }) => lengthNanos));
  }
}

/** One side of a comparison, cut into windows of time and ready to be added up. */
export class SideReader {
  readonly #time: SideTime;
  readonly #stacks: AlignedStacks;
  readonly #windowNanos: number;
  /** Of each replicate. */
  readonly #pieces: readonly WindowPieces[];

  /** @param nodes for each replicate, the node of each stack of its profile. */
  constructor(
    replicates: readonly Replicate[],
    nodes: readonly Int32Array[],
    stacks: AlignedStacks,
    { time, windowNanos, unit }: { time: SideTime; windowNanos: number; unit: DiffUnit },
  ) {
    this.#time = time;
    this.#stacks = stacks;
    this.#windowNanos = windowNanos;
    this.#pieces = replicates.map(({ selection }, index) =>
      cutIntoWindows(selection, time.times[index]!, windowNanos, unit, nodes[index]!),
    );
  }

  totals(functionCount: number): SideTotals {
    const { length, outermost, function: functionOf } = this.#stacks;
    const totals = {
      recordedNanos: this.#time.recordedNanos,
      all: 0,
      functionSelf: new Float64Array(functionCount),
      functionTotal: new Float64Array(functionCount),
      nodeSelf: new Float64Array(length),
      nodeTotal: new Float64Array(length),
    };
    for (const pieces of this.#pieces) {
      const { nodeSelf, nodeTotal } = sumOfWindows(pieces, this.#stacks);
      totals.all += nodeTotal[0]!;
      for (let node = 0; node < length; node++) {
        totals.nodeSelf[node]! += nodeSelf[node]!;
        totals.nodeTotal[node]! += nodeTotal[node]!;
        const at = functionOf[node]!;
        if (at < 0) continue;
        totals.functionSelf[at]! += nodeSelf[node]!;
        if (outermost[node] === 1) totals.functionTotal[at]! += nodeTotal[node]!;
      }
    }
    return totals;
  }

  series(chosen: Chosen, functionCount: number): SideSeries {
    const windowNanos = this.#windowNanos;
    const { length, outermost, function: functionOf } = this.#stacks;
    const rows = {
      functionSelf: rowsOf(chosen.functionSelf, functionCount),
      functionTotal: rowsOf(chosen.functionTotal, functionCount),
      nodeTotal: rowsOf(chosen.nodeTotal, length),
    };
    const result = {
      all: [] as Series[],
      of: { functionSelf: new Map(), functionTotal: new Map(), nodeTotal: new Map() } as Record<
        Quantity,
        Map<number, Series[]>
      >,
    };
    this.#time.times.forEach(({ lengthNanos }, index) => {
      const windows = Math.ceil(lengthNanos / windowNanos);
      const all = new Float64Array(windows);
      const sums = {
        functionSelf: new Float64Array(chosen.functionSelf.length * windows),
        functionTotal: new Float64Array(chosen.functionTotal.length * windows),
        nodeTotal: new Float64Array(chosen.nodeTotal.length * windows),
      };
      forEachWindow(this.#pieces[index]!, this.#stacks, (window, values) => {
        const { nodes, nodeSelf, nodeTotal } = values;
        const add = (into: Float64Array, row: number, value: number): void => {
          if (row >= 0) into[row * windows + window]! += value;
        };
        all[window] = values.all;
        for (let i = 0; i < nodes.length; i++) {
          const node = nodes[i]!;
          add(sums.nodeTotal, rows.nodeTotal[node]!, nodeTotal[node]!);
          const at = functionOf[node]!;
          if (at < 0) continue;
          add(sums.functionSelf, rows.functionSelf[at]!, nodeSelf[node]!);
          if (outermost[node] === 1)
            add(sums.functionTotal, rows.functionTotal[at]!, nodeTotal[node]!);
        }
      });
      result.all.push(seriesOf(all, lengthNanos, windowNanos));
      for (const quantity of ["functionSelf", "functionTotal", "nodeTotal"] as const) {
        chosen[quantity].forEach((item, row) => {
          const values = sums[quantity].subarray(row * windows, (row + 1) * windows);
          const known = result.of[quantity].get(item) ?? [];
          known.push(seriesOf(values, lengthNanos, windowNanos));
          result.of[quantity].set(item, known);
        });
      }
    });
    return result;
  }
}

/** For each of `count` items its row, -1 for those that were not chosen. */
function rowsOf(chosen: readonly number[], count: number): Int32Array {
  const rows = new Int32Array(count).fill(-1);
  chosen.forEach((item, row) => {
    rows[item] = row;
  });
  return rows;
}

/** Sums of weight as parts of time. A window that the recording ends in counts for the mean alone. */
export function seriesOf(sums: Float64Array, lengthNanos: number, windowNanos: number): Series {
  const whole = Math.floor(lengthNanos / windowNanos + 1e-9);
  return {
    windows: sums.subarray(0, whole).map((sum) => sum / windowNanos),
    mean: sums.reduce((total, sum) => total + sum, 0) / lengthNanos,
    length: lengthNanos / windowNanos,
  };
}
