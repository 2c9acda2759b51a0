// SPDX-License-Identifier: MIT
import type { WeightUnit } from "../model/call-tree.ts";
import type { Profile } from "../model/profile.ts";
import { validateProfile } from "../model/validate-profile.ts";
import { filterProcesses, filterThreads } from "../select/filters.ts";
import { type Selection, selectAll, type Totals } from "../select/selection.ts";
import { buildCallTree } from "../tree/build-call-tree.ts";
import { hottestOfTree } from "../tree/hottest.ts";
import { selectView, type View } from "../view/select-view.ts";

const UNITS = { samples: "samples", wallNanos: "wall-nanos", cpuNanos: "cpu-nanos" } as const;
type Sum = keyof typeof UNITS;

/**
 * Checks that a view of a profile adds up: what it keeps and what it says it dropped is everything, trees
 * and tables have the weight of the selection, and its threads and processes hold it all between them.
 *
 * @returns what does not add up, in words; none if all is well.
 */
export function conservationErrors(profile: Profile, view: View): string[] {
  const selection = selectView(profile, view);
  const errors = validateProfile(selection.profile);
  const all = selectAll(profile).totals;
  const equal = (what: string, found: number, wanted: number): void => {
    if (found !== wanted) errors.push(`${what}: ${found} instead of ${wanted}`);
  };
  for (const [sum, unit] of Object.entries(UNITS) as [Sum, WeightUnit][]) {
    const own = selection.totals[sum];
    const dropped = selection.steps.reduce((total, step) => total + step.dropped[sum], 0);
    equal(`${sum} kept and dropped`, own + dropped, all[sum]);
    for (const { name, dropped: of } of selection.steps) {
      if (!(of[sum] >= 0)) errors.push(`${name} adds ${sum}`);
    }
    for (const { name, changed } of selection.edits) {
      if (!(changed[sum] <= all[sum])) errors.push(`${name} changes more ${sum} than there are`);
    }
    equal(`${sum} of the threads`, sumOf(threadsOf(selection), sum), own);
    equal(`${sum} of the processes`, sumOf(processesOf(selection), sum), own);
    equal(`${sum} of the runs`, runSum(selection, sum), own);
    treeErrors(selection, unit, own, equal);
  }
  return errors;
}

function treeErrors(
  selection: Selection,
  unit: WeightUnit,
  own: number,
  equal: (what: string, found: number, wanted: number) => void,
): void {
  for (const lines of [true, false]) {
    for (const processes of [true, false, "role"] as const) {
      const tree = buildCallTree(selection, { unit, lines, threads: !lines, processes });
      equal(`${unit} of the tree`, tree.total[0]!, own);
      equal(
        `${unit} of its nodes`,
        tree.self.reduce((sum, self) => sum + self, 0),
        own,
      );
      const frames = hottestOfTree(tree).reduce((sum, { self }) => sum + self, 0);
      const groups = Array.from({ length: tree.length }, (_, node) => node)
        .filter((node) => !["python", "native"].includes(tree.labels[tree.label[node]!]!.kind))
        .reduce((sum, node) => sum + tree.self[node]!, 0);
      equal(`${unit} of functions, and of what has none`, frames + groups, own);
    }
  }
}

function threadsOf(selection: Selection): Totals[] {
  return selection.profile.threads.map(
    (wanted) => filterThreads(selection, "", (thread) => thread === wanted).totals,
  );
}

function processesOf(selection: Selection): Totals[] {
  return selection.profile.processes.map(
    (wanted) => filterProcesses(selection, "", (process) => process === wanted).totals,
  );
}

function sumOf(parts: readonly Totals[], sum: Sum): number {
  return parts.reduce((total, part) => total + part[sum], 0);
}

function runSum({ profile: { samples }, runs }: Selection, sum: Sum): number {
  const column = sum === "samples" ? samples.ticks : samples[sum];
  return runs.reduce((total, run) => total + column[run]!, 0);
}
