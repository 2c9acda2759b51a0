// SPDX-License-Identifier: MIT

import {
  type EditNote,
  type FilterStep,
  type QualitySummary,
  type RecordingSummary,
  type Selection,
  type SelectionSummary,
  summarizeSelection,
  type Totals,
} from "@pyspy/analyze";
import { importFacts } from "../heading/import-facts.ts";
import { filterNotes } from "../heading/notes.ts";
import { qualityParts } from "../heading/quality-parts.ts";
import { recordedTitle } from "../heading/recorded-title.ts";
import type { Provenance } from "../report-format.ts";
import { formatCounted } from "../text/format-number.ts";
import { visibleExcerpt } from "../text/visible-text.ts";
import type { Answer } from "./answer.ts";
import type { Fact, Section } from "./document.ts";
import type { Json } from "./json.ts";

const MOST_NOTES = 3;
const MOST_FILTER_LINES = 3;
const LONGEST_TITLE = 300;
const LONGEST_NOTE = 500;
/** Grows when a member of an answer goes away or changes its meaning; new members may come. */
const JSON_VERSION = 1;

/** What a question is asked of. */
export interface QuestionInput {
  readonly selection: Selection;
  readonly provenance: Provenance;
  /** Heading; without one, what was recorded. */
  readonly title?: string | undefined;
}

/** What one question adds to what every answer says. */
export interface AnswerBody {
  /** Name of the question, "gil". */
  readonly question: string;
  readonly sections: readonly Section[];
  /** Facts beside those of the data. */
  readonly facts?: readonly Fact[] | undefined;
  readonly json: Json;
}

/** A question's sections with what every answer has to say: of what, how well recorded, what was left out. */
export function frameAnswer(
  input: QuestionInput,
  { question, sections, facts = [], json }: AnswerBody,
  summary: SelectionSummary = summarizeSelection(input.selection),
): Answer {
  const { selection, title } = input;
  return {
    document: {
      title: visibleExcerpt(title ?? recordedTitle(selection.recorded), LONGEST_TITLE),
      facts: [
        qualityParts(summary),
        ...importFacts(summary.recordings),
        ...filterFacts(summary),
        ...facts,
      ],
      warnings: agentNotes(summary.recordings),
      sections,
    },
    json: { ...frameJson(input, question, summary), answer: json },
  };
}

/** What every JSON that we write says before its own part. */
export function frameJson(
  { provenance }: QuestionInput,
  question: string,
  summary: SelectionSummary,
): Record<string, Json> {
  return {
    format: "pyspy-analyze",
    formatVersion: JSON_VERSION,
    question,
    provenance: { command: provenance.command, version: provenance.version },
    recordings: summary.recordings.map(recordingJson),
    selection: {
      ...totalsJson(summary.selected),
      filters: summary.steps.map(stepJson),
      edits: summary.edits.map(editJson),
    },
    quality: qualityJson(summary.quality),
  };
}

/** A line for each filter; many of them share one, so that they do not crowd out what was asked for. */
function filterFacts(summary: SelectionSummary): string[] {
  const notes = filterNotes(summary);
  return notes.length <= MOST_FILTER_LINES ? notes : [notes.join(" ")];
}

/** What the agent had to say while it recorded. */
export function agentNotes(recordings: readonly RecordingSummary[]): string[] {
  const notes = recordings.flatMap((recording) => recording.notes);
  const shown = notes.slice(0, MOST_NOTES).map(({ text }) => visibleExcerpt(text, LONGEST_NOTE));
  const others = notes.length - shown.length;
  return others === 0 ? shown : [...shown, `${formatCounted(others, "more note")} from the agent`];
}

/** Observations and their weights. */
export function totalsJson({ samples, wallNanos, cpuNanos }: Totals): Record<string, number> {
  return { samples, wallNanos: Math.round(wallNanos), cpuNanos: Math.round(cpuNanos) };
}

function stepJson({ name, removes, dropped }: FilterStep): Json {
  return { name, removes, dropped: totalsJson(dropped) };
}

function editJson({ name, does, changed }: EditNote): Json {
  return { name, does, changed: totalsJson(changed) };
}

function recordingJson(recording: RecordingSummary): Json {
  const { startRealtimeNanos, durationNanos, rateAchievedHertz, endReason } = recording;
  return {
    start: startRealtimeNanos === undefined ? null : isoTime(startRealtimeNanos),
    durationNanos: Math.round(durationNanos),
    rateAskedHertz: recording.rateAskedHertz,
    rateAchievedHertz: rateAchievedHertz ?? null,
    whole: endReason !== undefined,
    agentVersion: recording.agentVersion,
    system: recording.system,
    hostName: recording.hostName,
    notes: recording.notes.map(({ text }) => text),
    labels: { ...recording.labels },
    imported: recording.imported === undefined ? null : { ...recording.imported },
  };
}

function isoTime(realtimeNanos: bigint): string | null {
  const time = new Date(Number(realtimeNanos / 1_000_000n));
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

function qualityJson({ damage, ...numbers }: QualitySummary): Json {
  return { ...numbers, damage: damage.map((each) => ({ ...each })) };
}
