// SPDX-License-Identifier: MIT
import type { Selection } from "../select/selection.ts";
import { addRuns, emptyTotals } from "../select/totals.ts";
import { type MergeOptions, mergeNative } from "./merge-native.ts";

/** The selection with native frames, where they were recorded, and with a note of what did not fit. */
export function showNative(selection: Selection, options: MergeOptions): Selection {
  const { profile, mismatchedRuns } = mergeNative(selection.profile, options);
  if (mismatchedRuns.length === 0) return { ...selection, profile };
  const mismatched = new Set(mismatchedRuns);
  const changed = emptyTotals();
  for (const run of selection.runs) {
    if (mismatched.has(run)) addRuns(changed, profile.samples, run);
  }
  const does = "native frames that do not fit the Python frames are left out";
  return { ...selection, profile, edits: [...selection.edits, { name: "native", does, changed }] };
}
