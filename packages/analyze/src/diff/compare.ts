// SPDX-License-Identifier: MIT

import type { FrameLabel } from "../model/call-tree.ts";
import { LEAST_REPLICATE_DEGREES } from "../statistics/compare-means.ts";
import { orderTree } from "../tree/order-tree.ts";
import { alignFunctions } from "./align-functions.ts";
import { type AlignedStacks, alignStacks } from "./aligned-stacks.ts";
import type {
  CompareOptions,
  Comparison,
  FunctionChange,
  PathComparison,
  Replicate,
  SideFacts,
} from "./comparison.ts";
import { type Judging, judge, type Sums } from "./judge.ts";
import { type MachineDrift, machineDrift } from "./machine-drift.ts";
import { baseWindowNanos } from "./measure.ts";
import { SideReader, type SideSeries, SideTime, type SideTotals } from "./side-series.ts";

/** Call paths beyond this many are drawn and not judged: each judgement costs the others power. */
const MOST_JUDGED_PATHS = 2000;

/**
 * Compares two sides function by function, and, where asked for, call path by call path. The order
 * of the sides does not matter but for the sign: what grew from one to the other shrank back.
 */
export class SideComparison {
  readonly #options: CompareOptions;
  readonly #labels: readonly FrameLabel[];
  readonly #bareNames: boolean;
  readonly #stacks: AlignedStacks;
  readonly #sides: { readonly before: SideReader; readonly after: SideReader };
  readonly #totals: { readonly before: SideTotals; readonly after: SideTotals };
  readonly #facts: { readonly before: SideFacts; readonly after: SideFacts };
  readonly #windowNanos: number;
  readonly #drift: MachineDrift;

  /** Neither side may be without replicates. */
  constructor(before: readonly Replicate[], after: readonly Replicate[], options: CompareOptions) {
    this.#options = options;
    this.#drift = machineDrift(before, after);
    const profiles = (side: readonly Replicate[]) => side.map(({ selection }) => selection.profile);
    const aligned = alignFunctions(profiles(before), profiles(after), options.matching);
    this.#labels = aligned.labels;
    this.#bareNames = aligned.bareNames;
    this.#stacks = alignStacks(
      [...before, ...after].map(({ selection }) => selection),
      [...aligned.before, ...aligned.after],
    );
    const nodes = this.#stacks.nodeOfStack;
    const [timeBefore, timeAfter] = [new SideTime(before), new SideTime(after)];
    this.#windowNanos = baseWindowNanos([timeBefore, timeAfter]);
    const reader = (side: readonly Replicate[], time: SideTime, firstNode: number) =>
      new SideReader(side, nodes.slice(firstNode, firstNode + side.length), this.#stacks, {
        time,
        windowNanos: this.#windowNanos,
        unit: options.unit,
      });
    this.#sides = {
      before: reader(before, timeBefore, 0),
      after: reader(after, timeAfter, before.length),
    };
    this.#totals = {
      before: this.#sides.before.totals(this.#labels.length),
      after: this.#sides.after.totals(this.#labels.length),
    };
    this.#facts = {
      before: this.#factsOf(before, this.#totals.before),
      after: this.#factsOf(after, this.#totals.after),
    };
  }

  functions(): Comparison {
    const { before, after } = this.#totals;
    const tested = this.#reaching(before.functionTotal, after.functionTotal);
    const series = this.#series({ functionSelf: tested, functionTotal: tested, nodeTotal: [] });
    const sums = (quantity: "functionSelf" | "functionTotal", at: number): Sums => ({
      before: series.before.of[quantity].get(at)!,
      after: series.after.of[quantity].get(at)!,
      beforeNanos: before[quantity][at]!,
      afterNanos: after[quantity][at]!,
      asked: this.#isLarge(before[quantity][at]!, after[quantity][at]!),
    });
    // One family of questions: that a leaf is asked twice costs nothing, as both answers are one.
    const judged = judge(
      [
        ...tested.map((at) => sums("functionSelf", at)),
        ...tested.map((at) => sums("functionTotal", at)),
      ],
      this.#judging(series),
    );
    const [all] = judge([this.#allSums(series)], {
      ...this.#judging(series),
      againstRest: "never",
    });
    const functions = tested
      .map((at, index): FunctionChange => {
        const total = judged[tested.length + index]!;
        return { label: this.#labels[at]!, self: judged[index]!, total };
      })
      .sort((a, b) => size(b) - size(a) || (a.label.name < b.label.name ? -1 : 1));
    const seen = this.#labels.filter(
      (_, at) => before.functionTotal[at]! > 0 || after.functionTotal[at]! > 0,
    );
    const { unit, measure, threshold, falseDiscoveryRate } = this.#options;
    return {
      unit,
      measure,
      threshold,
      leastDifference: this.#judging(series).leastDifference,
      falseDiscoveryRate,
      ...this.#facts,
      windowNanos: this.#windowNanos,
      betweenReplicates: this.#betweenReplicates,
      drift: this.#drift,
      all: all!,
      functions,
      untested: seen.length - tested.length,
      bareNames: this.#bareNames,
    };
  }

  paths(): PathComparison {
    const { before, after } = this.#totals;
    const judged = this.#reaching(before.nodeTotal, after.nodeTotal)
      .filter((node) => node > 0)
      .sort((a, b) => after.nodeTotal[b]! - after.nodeTotal[a]! || a - b)
      .slice(0, MOST_JUDGED_PATHS);
    const series = this.#series({ functionSelf: [], functionTotal: [], nodeTotal: judged });
    const changes = judge(
      judged.map((node) => ({
        before: series.before.of.nodeTotal.get(node)!,
        after: series.after.of.nodeTotal.get(node)!,
        beforeNanos: before.nodeTotal[node]!,
        afterNanos: after.nodeTotal[node]!,
        asked: true,
      })),
      this.#judging(series),
    );
    const changeOf = new Map(judged.map((node, index) => [node, changes[index]!]));
    const { parent, function: functionOf, length } = this.#stacks;
    const root = this.#labels.length;
    const labels = [...this.#labels, ROOT_LABEL];
    const shape = { parent, label: functionOf.map((at) => (at < 0 ? root : at)) };
    const tree = ({ nodeSelf, recordedNanos }: SideTotals) =>
      orderTree(
        { ...shape, self: nodeSelf.map((nanos) => (1e9 * nanos) / recordedNanos) },
        labels,
        this.#options.unit,
      );
    // The order of the nodes, found by ordering their numbers.
    const order = orderTree(
      { ...shape, self: Float64Array.from({ length }, (_, n) => n) },
      labels,
      this.#options.unit,
    );
    const byPlace = new Map<number, NonNullable<ReturnType<typeof changeOf.get>>>();
    order.self.forEach((node, place) => {
      const change = changeOf.get(node);
      if (change !== undefined) byPlace.set(place, change);
    });
    return { before: tree(before), after: tree(after), changes: byPlace };
  }

  /** Whether there are enough replicates to say how much they differ. */
  get #betweenReplicates(): boolean {
    const { before, after } = this.#facts;
    return before.replicates + after.replicates - 2 >= LEAST_REPLICATE_DEGREES;
  }

  #series(chosen: Parameters<SideReader["series"]>[0]): { before: SideSeries; after: SideSeries } {
    const count = this.#labels.length;
    return {
      before: this.#sides.before.series(chosen, count),
      after: this.#sides.after.series(chosen, count),
    };
  }

  #allSums(series: { before: SideSeries; after: SideSeries }): Sums {
    return {
      before: series.before.all,
      after: series.after.all,
      beforeNanos: this.#totals.before.all,
      afterNanos: this.#totals.after.all,
      asked: true,
    };
  }

  #judging(series: { before: SideSeries; after: SideSeries }): Judging {
    const { measure, threshold, falseDiscoveryRate, work } = this.#options;
    const { before, after } = this.#totals;
    const scale = {
      before: measure === "work" ? before.recordedNanos / 1e9 / work!.before : 1,
      after: measure === "work" ? after.recordedNanos / 1e9 / work!.after : 1,
    };
    const whole =
      measure === "share"
        ? 1
        : Math.max(
            (scale.before * before.all) / before.recordedNanos,
            (scale.after * after.all) / after.recordedNanos,
          );
    return {
      measure,
      all: { before: series.before.all, after: series.after.all },
      scale,
      leastDifference: threshold * whole,
      falseDiscoveryRate,
      againstRest: this.#drift === "unknown" ? "always" : "where it tells",
      shortestSeconds: Math.min(before.recordedNanos, after.recordedNanos) / 1e9,
    };
  }

  /** Indexes whose weight reaches the threshold on one of the sides: others cannot change by it. */
  #reaching(before: Float64Array, after: Float64Array): number[] {
    const found: number[] = [];
    before.forEach((_, at) => {
      if (this.#isLarge(before[at]!, after[at]!)) found.push(at);
    });
    return found;
  }

  #isLarge(beforeNanos: number, afterNanos: number): boolean {
    const { before, after } = this.#totals;
    const { threshold } = this.#options;
    return (
      (before.all > 0 && beforeNanos / before.all >= threshold) ||
      (after.all > 0 && afterNanos / after.all >= threshold)
    );
  }

  #factsOf(side: readonly Replicate[], { recordedNanos, all }: SideTotals): SideFacts {
    return {
      replicates: side.length,
      recordedNanos,
      samples: side.reduce((sum, { selection }) => sum + selection.totals.samples, 0),
      weightNanos: all,
      windows: Math.floor(recordedNanos / this.#windowNanos + 1e-9),
    };
  }
}

const ROOT_LABEL: FrameLabel = { kind: "root", name: "all", file: "", line: 0 };

function size({ self, total }: FunctionChange): number {
  return Math.abs(self.difference) || Math.abs(total.difference) * 1e-6;
}
