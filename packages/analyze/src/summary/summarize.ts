// SPDX-License-Identifier: MIT
import type { Selection } from "../select/selection.ts";
import { hottest } from "../tree/hottest.ts";
import { summarizeProcesses } from "./process-rows.ts";
import { summarizeQuality } from "./quality.ts";
import { summarizeRecordings } from "./recording-rows.ts";
import type { SelectionSummary, Summary } from "./summary.ts";
import { summarizeThreads } from "./thread-rows.ts";

/**
 * What was recorded and what is selected of it, as plain data.
 *
 * Recordings, processes, threads and quality are those of all that was recorded. The functions and
 * `selected` are those of the selection.
 */
export function summarize(selection: Selection): Summary {
  const { recorded: profile } = selection;
  const rows = hottest(selection, { unit: "wall-nanos", lines: false });
  return {
    ...summarizeSelection(selection),
    processes: summarizeProcesses(profile),
    threads: summarizeThreads(profile),
    functions: rows,
  };
}

/** What stands beside every answer about the selection. */
export function summarizeSelection(selection: Selection): SelectionSummary {
  const { recorded: profile, totals, steps, edits } = selection;
  return {
    recordings: summarizeRecordings(profile),
    selected: totals,
    steps,
    edits,
    quality: summarizeQuality(profile),
  };
}
