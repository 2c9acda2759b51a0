// SPDX-License-Identifier: MIT
import type { Totals } from "../select/selection.ts";
import { addTotals, emptyTotals } from "../select/totals.ts";
import type { QualitySummary, SelectionSummary } from "./summary.ts";

/** What stands beside an answer about several selections, which the same view has made of each input. */
export function joinSummaries(
  summaries: readonly [SelectionSummary, ...SelectionSummary[]],
): SelectionSummary {
  if (summaries.length === 1) return summaries[0];
  const all = <T>(list: (summary: SelectionSummary) => readonly T[]): T[] =>
    summaries.flatMap(list);
  return {
    recordings: all(({ recordings }) => recordings),
    selected: sumOf(summaries.map(({ selected }) => selected)),
    steps: joinedBy(
      all(({ steps }) => steps),
      ({ name, removes }) => `${name} ${removes}`,
      (steps) => ({ ...steps[0], dropped: sumOf(steps.map(({ dropped }) => dropped)) }),
    ),
    edits: joinedBy(
      all(({ edits }) => edits),
      ({ name, does }) => `${name} ${does}`,
      (edits) => ({ ...edits[0], changed: sumOf(edits.map(({ changed }) => changed)) }),
    ),
    quality: summaries.map(({ quality }) => quality).reduce(joinQuality),
  };
}

function sumOf(totals: readonly Totals[]): Totals {
  const sum = emptyTotals();
  for (const each of totals) addTotals(sum, each);
  return sum;
}

function joinedBy<T>(
  items: readonly T[],
  key: (item: T) => string,
  join: (same: readonly [T, ...T[]]) => T,
): T[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return [...groups.values()].map(join);
}

/** Numbers are sums, but for these. */
const LARGEST: readonly string[] = [
  "longestPauseNanos",
  "agentRssBytes",
] satisfies (keyof QualitySummary)[];

function joinQuality(one: QualitySummary, other: QualitySummary): QualitySummary {
  const { damage, ...numbers } = one;
  const sums = { ...numbers };
  for (const name of Object.keys(sums) as (keyof typeof sums)[]) {
    const largest = LARGEST.includes(name);
    sums[name] = largest ? Math.max(one[name], other[name]) : one[name] + other[name];
  }
  return { ...sums, damage: [...damage, ...other.damage] };
}
