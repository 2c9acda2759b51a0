// SPDX-License-Identifier: MIT
import type { Profile } from "../model/profile.ts";
import type { Selection } from "../select/selection.ts";
import { hottest } from "../tree/hottest.ts";
import { summarizeProcesses } from "./process-rows.ts";
import { summarizeQuality } from "./quality.ts";
import { summarizeRecordings } from "./recording-rows.ts";
import type { Summary } from "./summary.ts";
import { summarizeThreads } from "./thread-rows.ts";

/**
 * What a profile is and what is in it, as plain data.
 *
 * Recordings, processes, threads and quality are those of the whole profile: they say what was
 * recorded. The functions and `selected` are those of the selection, which must be one of this
 * profile.
 */
export function summarize(profile: Profile, selection: Selection): Summary {
  const rows = hottest(selection, { unit: "wall-nanos", lines: false });
  return {
    recordings: summarizeRecordings(profile),
    processes: summarizeProcesses(profile),
    threads: summarizeThreads(profile),
    functions: rows,
    selected: selection.totals,
    steps: selection.steps,
    quality: summarizeQuality(profile),
  };
}
