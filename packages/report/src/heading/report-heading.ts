// SPDX-License-Identifier: MIT

import { type Summary, summarize } from "@pyspy/analyze";
import type { ReportInput } from "../report-format.ts";
import { visibleExcerpt } from "../text/visible-text.ts";
import { filterNotes, provenanceNotes } from "./notes.ts";
import { qualityParts } from "./quality-parts.ts";
import { recordedTitle } from "./recorded-title.ts";

/**
 * What every report says about itself, as visible text: each format sets it in its own way, and
 * none leaves it out if it has any place for it.
 */
export interface ReportHeading {
  /** What was recorded: "python app.py". */
  readonly title: string;
  /** Parts of the data-quality line: how much, how long, how well. */
  readonly quality: readonly string[];
  /** Lines for below: what filters dropped, where the report comes from. */
  readonly notes: readonly string[];
}

const LONGEST_TITLE = 300;
const LONGEST_NOTE = 2000;

export function reportHeading(input: ReportInput): ReportHeading {
  return summaryHeading(input, summarize(input.selection));
}

/** As `reportHeading`, of a summary that is there already. */
export function summaryHeading(
  { selection, options, provenance }: ReportInput,
  summary: Summary,
): ReportHeading {
  const notes = [...filterNotes(summary), ...provenanceNotes(selection.recorded, provenance)];
  return {
    title: visibleExcerpt(options.title ?? recordedTitle(selection.recorded), LONGEST_TITLE),
    quality: qualityParts(summary),
    notes: notes.map((note) => visibleExcerpt(note, LONGEST_NOTE)),
  };
}
