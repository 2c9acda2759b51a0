// SPDX-License-Identifier: MIT

import type { Selection } from "@pyspy/analyze";
import { type CodeTable, stackLocations } from "../code/code-table.ts";
import { addObservations, MEASURES } from "../observations/observations.ts";

/** What places and calls cost; a cost has one value for each of `MEASURES`, in their order. */
export interface CallCosts {
  /** Of everything selected, also without a stack. */
  readonly total: Float64Array;
  /** By place (index in `CodeTable.locations`): what ended there. */
  readonly self: ReadonlyMap<number, Float64Array>;
  /** By place of the caller, then by function called (index in `CodeTable.functions`). */
  readonly calls: ReadonlyMap<number, ReadonlyMap<number, CallCost>>;
}

export interface CallCost {
  /** Line at which the function called was seen first; 0: not known. */
  readonly line: number;
  readonly cost: Float64Array;
}

/**
 * Adds up a selection as a graph of functions. Its readers take a function's own cost and that of
 * the calls it makes for its total, so on each stack a function counts once: where it recurses, its
 * innermost occurrence, and nothing between that and the outer ones.
 */
export function addCallCosts(selection: Selection, code: CodeTable): CallCosts {
  const total = newCost();
  const self = new Map<number, Float64Array>();
  const calls = new Map<number, Map<number, { line: number; cost: Float64Array }>>();
  for (const [stack, cost] of costsOfStacks(selection)) {
    addTo(total, cost);
    const path = withoutRecursion(stackLocations(selection.profile, code, stack), code);
    path.forEach((place, depth) => {
      if (depth === 0) {
        addTo(entry(self, place, newCost), cost);
        return;
      }
      const callee = path[depth - 1]!;
      const line = code.locations.line[callee]!;
      const called = entry(calls, place, () => new Map());
      const call = entry(called, code.locations.function[callee]!, () => ({
        line,
        cost: newCost(),
      }));
      addTo(call.cost, cost);
    });
  }
  return { total, self, calls };
}

/** Innermost first, and only the innermost place of each function. */
function withoutRecursion(places: readonly number[], { locations }: CodeTable): number[] {
  const seen = new Set<number>();
  return places.filter((place) => {
    const known = seen.size;
    return seen.add(locations.function[place]!).size > known;
  });
}

function costsOfStacks(selection: Selection): Map<number, Float64Array> {
  const { length, stack, values } = addObservations(selection);
  const costs = new Map<number, Float64Array>();
  for (let i = 0; i < length; i++) {
    const cost = entry(costs, stack[i]!, newCost);
    values.forEach((column, measure) => {
      cost[measure]! += column[i]!;
    });
  }
  return costs;
}

function newCost(): Float64Array {
  return new Float64Array(MEASURES.length);
}

function addTo(sum: Float64Array, cost: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += cost[i]!;
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
