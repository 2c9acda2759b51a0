// SPDX-License-Identifier: MIT

import type { Series } from "../statistics/compare-means.ts";
import type { AlignedStacks } from "./aligned-stacks.ts";
import type { Replicate } from "./comparison.ts";
import { RecordedTime } from "./recorded-time.ts";
import { type DiffUnit, forEachWindow } from "./window-sums.ts";

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

/** One side of a comparison, ready to be added up. */
export class SideReader {
  readonly #replicates: readonly Replicate[];
  readonly #times: readonly RecordedTime[];
  readonly #nodes: readonly Int32Array[];
  readonly #stacks: AlignedStacks;
  readonly #unit: DiffUnit;

  /** @param nodes for each replicate, the node of each stack of its profile. */
  constructor(
    replicates: readonly Replicate[],
    nodes: readonly Int32Array[],
    stacks: AlignedStacks,
    unit: DiffUnit,
  ) {
    this.#replicates = replicates;
    this.#times = replicates.map(
      ({ selection, within }) => new RecordedTime(selection.recorded, within),
    );
    this.#nodes = nodes;
    this.#stacks = stacks;
    this.#unit = unit;
  }

  get recordedNanos(): number {
    return this.#times.reduce((sum, { lengthNanos }) => sum + lengthNanos, 0);
  }

  get longestNanos(): number {
    return Math.max(...this.#times.map(({ lengthNanos }) => lengthNanos));
  }

  totals(functionCount: number): SideTotals {
    const { length, outermost, function: functionOf } = this.#stacks;
    const totals = {
      recordedNanos: this.recordedNanos,
      all: 0,
      functionSelf: new Float64Array(functionCount),
      functionTotal: new Float64Array(functionCount),
      nodeSelf: new Float64Array(length),
      nodeTotal: new Float64Array(length),
    };
    this.#replicates.forEach((_, index) => {
      this.#eachWindow(index, Number.POSITIVE_INFINITY, (_window, sums) => {
        totals.all += sums.all;
        for (const node of sums.nodes) {
          totals.nodeSelf[node]! += sums.nodeSelf[node]!;
          totals.nodeTotal[node]! += sums.nodeTotal[node]!;
          const at = functionOf[node]!;
          if (at < 0) continue;
          totals.functionSelf[at]! += sums.nodeSelf[node]!;
          if (outermost[node] === 1) totals.functionTotal[at]! += sums.nodeTotal[node]!;
        }
      });
    });
    return totals;
  }

  series(windowNanos: number, chosen: Chosen, functionCount: number): SideSeries {
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
    this.#times.forEach(({ lengthNanos }, index) => {
      const windows = Math.ceil(lengthNanos / windowNanos);
      const all = new Float64Array(windows);
      const sums = {
        functionSelf: new Float64Array(chosen.functionSelf.length * windows),
        functionTotal: new Float64Array(chosen.functionTotal.length * windows),
        nodeTotal: new Float64Array(chosen.nodeTotal.length * windows),
      };
      this.#eachWindow(index, windowNanos, (window, values) => {
        const add = (quantity: Quantity, item: number, value: number): void => {
          const row = rows[quantity][item]!;
          if (row >= 0) sums[quantity][row * windows + window]! += value;
        };
        all[window] = values.all;
        for (const node of values.nodes) {
          const total = values.nodeTotal[node]!;
          add("nodeTotal", node, total);
          const at = functionOf[node]!;
          if (at < 0) continue;
          add("functionSelf", at, values.nodeSelf[node]!);
          if (outermost[node] === 1) add("functionTotal", at, total);
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

  #eachWindow(
    index: number,
    windowNanos: number,
    visit: Parameters<typeof forEachWindow>[6],
  ): void {
    const { selection } = this.#replicates[index]!;
    const time = this.#times[index]!;
    const nodes = this.#nodes[index]!;
    forEachWindow(selection, time, windowNanos, this.#unit, this.#stacks, nodes, visit);
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
function seriesOf(sums: Float64Array, lengthNanos: number, windowNanos: number): Series {
  const whole = Math.floor(lengthNanos / windowNanos + 1e-9);
  return {
    windows: sums.subarray(0, whole).map((sum) => sum / windowNanos),
    mean: sums.reduce((total, sum) => total + sum, 0) / lengthNanos,
    length: lengthNanos / windowNanos,
  };
}
