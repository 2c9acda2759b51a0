// SPDX-License-Identifier: MIT

import {
  joinSummaries,
  type Selection,
  type SelectionSummary,
  selectView,
  summarizeSelection,
  type View,
} from "@pyspy/analyze";
import { type CaptureRows, captureRows } from "@pyspy/report";
import type { CliIo } from "../cli-io.ts";
import { readInputs } from "../input/read-inputs.ts";
import { reportDamage, reportUnfinished } from "../notices.ts";
import type { CaptureDatabase } from "./capture-database.ts";

/** What was put into a database. */
export interface LoadedCaptures {
  /** Of the first input. */
  readonly first: Selection;
  /** Of all. */
  readonly summary: SelectionSummary;
}

/**
 * Puts what a view shows of each input into a database, one after the other, so that the memory taken does
 * not grow with their number. Times of the view are those of each input.
 *
 * @param onAdded is awaited after each.
 * @throws InputError, IncompatibleInputsError
 */
export async function loadCaptures(
  database: CaptureDatabase,
  paths: readonly [string, ...string[]],
  view: View,
  io: CliIo,
  onAdded: (rows: CaptureRows) => Promise<void> = async () => {},
): Promise<LoadedCaptures> {
  let first: Selection | undefined;
  const summaries: SelectionSummary[] = [];
  for (const path of paths) {
    const { profile, damaged } = await readInputs([path], io);
    await reportDamage(damaged, io);
    await reportUnfinished(profile, io);
    const selection = selectView(profile, view);
    const rows = captureRows(selection, path);
    await database.add(rows);
    await onAdded(rows);
    first ??= selection;
    summaries.push(summarizeSelection(selection));
  }
  return { first: first!, summary: joinSummaries(summaries as [SelectionSummary]) };
}
