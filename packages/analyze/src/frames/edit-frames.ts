// SPDX-License-Identifier: MIT
import type { Profile, SampleTable } from "../model/profile.ts";
import type { EditNote, FilterStep, Selection, Totals } from "../select/selection.ts";
import { emptyTotals } from "../select/totals.ts";
import { type CodeTables, type FrameEdit, NO_STACK } from "./frame-edit.ts";
import { StackTotals } from "./stack-totals.ts";

/**
 * Changes the stacks of a selection, one edit after the other, and keeps the books of what that left
 * out and what it changed. Takes time for every run twice, however many edits there are, and for
 * every stack once for each.
 */
export function editFrames(selection: Selection, edits: readonly FrameEdit[]): Selection {
  if (edits.length === 0) return selection;
  const { recorded, profile } = selection;
  const totals = new StackTotals(selection);
  const steps: FilterStep[] = [...selection.steps];
  const notes: EditNote[] = [...selection.edits];
  let code: CodeTables = profile;
  /** Of every stack of the profile, its stack now; `NO_STACK`: left out. */
  const stackNow = Int32Array.from({ length: profile.stacks.length }, (_, stack) => stack);
  let keepsStackless = true;
  for (const edit of edits) {
    const { code: edited, stackOf, changed } = edit.apply(code);
    const [dropped, altered] = [emptyTotals(), emptyTotals()];
    for (let stack = 0; stack < stackNow.length; stack++) {
      const before = stackNow[stack]!;
      if (before === NO_STACK) continue;
      const now = stackOf[before]!;
      stackNow[stack] = now;
      if (now === NO_STACK) totals.add(dropped, stack);
      else if (changed[before] === 1) totals.add(altered, stack);
    }
    if (keepsStackless && !edit.keepsStackless) {
      keepsStackless = false;
      totals.add(dropped, NO_STACK);
    }
    if (edit.does === "" || dropped.runs > 0) {
      steps.push({ name: edit.name, removes: edit.removes, dropped });
    }
    if (edit.does !== "") notes.push({ name: edit.name, does: edit.does, changed: altered });
    code = edited;
  }
  const samples = withStacks(profile.samples, stackNow);
  const edited: Profile = { ...profile, ...pickCode(code), samples };
  const runs = keptRuns(selection, stackNow, keepsStackless);
  return {
    recorded,
    profile: edited,
    runs,
    totals: lessThan(selection, steps),
    steps,
    edits: notes,
  };
}

function pickCode({ functions, frames, stacks }: CodeTables): CodeTables {
  return { functions, frames, stacks };
}

function withStacks(samples: SampleTable, stackNow: Int32Array): SampleTable {
  const stack = new Int32Array(samples.length);
  const before = samples.stack;
  for (let run = 0; run < stack.length; run++) {
    const was = before[run]!;
    stack[run] = was < 0 ? NO_STACK : stackNow[was]!;
  }
  return { ...samples, stack };
}

function keptRuns(
  selection: Selection,
  stackNow: Int32Array,
  keepsStackless: boolean,
): Uint32Array {
  const { stack } = selection.profile.samples;
  const kept = new Uint32Array(selection.runs.length);
  let length = 0;
  for (const run of selection.runs) {
    const was = stack[run]!;
    if (was < 0 ? keepsStackless : stackNow[was]! !== NO_STACK) kept[length++] = run;
  }
  return length === kept.length ? kept : kept.slice(0, length);
}

/** What is left of the selection after the steps that it did not have. */
function lessThan(selection: Selection, steps: readonly FilterStep[]): Totals {
  return steps.slice(selection.steps.length).reduce(
    (left, { dropped }) => ({
      runs: left.runs - dropped.runs,
      samples: left.samples - dropped.samples,
      wallNanos: left.wallNanos - dropped.wallNanos,
      cpuNanos: left.cpuNanos - dropped.cpuNanos,
    }),
    selection.totals,
  );
}
