// SPDX-License-Identifier: MIT
import { SideComparison } from "../diff/compare.ts";
import {
  DEFAULT_FALSE_DISCOVERY_RATE,
  DEFAULT_THRESHOLD,
  type FunctionChange,
} from "../diff/comparison.ts";
import { accountForProcesses } from "../processes/process-account.ts";
import { processRoles } from "../processes/process-roles.ts";
import { filterProcesses } from "../select/filters.ts";
import type { Selection } from "../select/selection.ts";
import type { WorkerInsight } from "./insight.ts";

/** Of fewer, none is the odd one. */
const LEAST_SIBLINGS = 3;
/** An odd one is active for so much more or less of its time than the others are. */
const LEAST_DIFFERENCE = 0.2;
const LEAST_RATIO = 2;
const MOST_CHANGES = 2;

interface Worker {
  readonly process: number;
  readonly activeShare: number;
}

/** The process that differs most from others of its role; nothing where no role has enough of them. */
export function findOddWorker(observed: Selection): WorkerInsight[] {
  const roles = processRoles(observed.profile);
  const byRole = new Map<string, Worker[]>();
  for (const { process, threads, activeNanos, startNanos, endNanos } of accountForProcesses(
    observed,
  )) {
    if (threads === 0 || !(endNanos > startNanos)) continue;
    const workers = byRole.get(roles[process]!) ?? [];
    workers.push({ process, activeShare: activeNanos / (endNanos - startNanos) });
    byRole.set(roles[process]!, workers);
  }
  const [first] = [...byRole]
    .filter(([, workers]) => workers.length >= LEAST_SIBLINGS)
    .map(([role, workers]) => insightOf(role, workers))
    .sort((a, b) => difference(b) - difference(a));
  if (first === undefined) return [];
  if (first.level === "fine") return [first];
  const others = byRole.get(first.role)!.filter(({ process }) => process !== first.process);
  return [{ ...first, changes: changesOf(observed, first.process, others) }];
}

function difference({ activeShare, usualShare }: WorkerInsight): number {
  return Math.abs(activeShare - usualShare);
}

/** Without what it does that the others do not, which takes long to tell. */
function insightOf(role: string, workers: readonly Worker[]): WorkerInsight {
  const siblings = workers.length;
  const judged = workers.map((worker) => {
    const others = workers.filter((each) => each !== worker);
    return { ...worker, usualShare: median(others.map((each) => each.activeShare)) };
  });
  const farthest = judged.reduce((most, each) =>
    Math.abs(each.activeShare - each.usualShare) > Math.abs(most.activeShare - most.usualShare)
      ? each
      : most,
  );
  const { process, activeShare, usualShare } = farthest;
  const [less, more] = [Math.min(activeShare, usualShare), Math.max(activeShare, usualShare)];
  const odd = more - less >= LEAST_DIFFERENCE && more >= LEAST_RATIO * less;
  const common = { kind: "worker", siblings, role, activeShare, usualShare, changes: [] } as const;
  return odd ? { ...common, level: "problem", process } : { ...common, level: "fine", process: -1 };
}

/** What the odd one does that the others do not, told from noise. */
function changesOf(observed: Selection, odd: number, others: readonly Worker[]): FunctionChange[] {
  const one = (process: number): { readonly selection: Selection } => ({
    selection: filterProcesses(observed, "other processes", (_, index) => index === process),
  });
  const sides = new SideComparison(
    others.map(({ process }) => one(process)),
    [one(odd)],
    {
      unit: "cpu-nanos",
      measure: "rate",
      threshold: DEFAULT_THRESHOLD,
      falseDiscoveryRate: DEFAULT_FALSE_DISCOVERY_RATE,
    },
  );
  return sides
    .functions()
    .functions.filter(({ self }) => self.verdict === "grew" || self.verdict === "new")
    .slice(0, MOST_CHANGES);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
