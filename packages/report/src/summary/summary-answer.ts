// SPDX-License-Identifier: MIT

import { type Summary, summarize } from "@pyspy/analyze";
import type { Answer } from "../document/answer.ts";
import { frameAnswer, type QuestionInput } from "../document/answer-frame.ts";
import type { Fact } from "../document/document.ts";
import { visibleExcerpt } from "../text/visible-text.ts";
import { functionRowJson, functionSections } from "./function-sections.ts";
import { processRowJson, processSections } from "./process-sections.ts";
import { recordingFacts } from "./recording-facts.ts";
import { threadRowJson, threadSections } from "./thread-sections.ts";

/** Rows of the tables of a summary. */
export interface SummaryLimits {
  readonly processes: number;
  readonly threads: number;
  /** Of each of the two tables of functions. */
  readonly functions: number;
}

/** For a terminal. */
export const TERMINAL_LIMITS: SummaryLimits = { processes: 10, threads: 12, functions: 12 };
/** For a ticket, where all of it takes at most `TICKET_LINES`. */
export const TICKET_LIMITS: SummaryLimits = { processes: 3, threads: 4, functions: 6 };
export const TICKET_LINES = 60;

/** What was recorded, how well, and where the time went. */
export function summaryAnswer(
  input: QuestionInput,
  limits: SummaryLimits = TERMINAL_LIMITS,
): Answer {
  const summary = summarize(input.selection);
  const body = {
    question: "summary",
    facts: [...pythonFact(summary), ...recordingFacts(summary)],
    sections: [
      ...processSections(summary, limits.processes),
      ...threadSections(summary, limits.threads),
      ...functionSections(summary, limits.functions),
    ],
    json: {
      processes: summary.processes.map(processRowJson),
      threads: summary.threads.map((row) => threadRowJson(row)),
      functions: summary.functions.map(functionRowJson),
    },
  };
  return frameAnswer(input, body, summary);
}

/** What the one process is; several have a table. */
export function pythonFact({ processes, recordings }: Summary): Fact[] {
  const [only, ...others] = processes;
  if (only === undefined || others.length > 0) return [];
  // Of what other programs recorded, nobody may know.
  const unknown = only.python === "" && recordings.every(({ imported }) => imported !== undefined);
  if (unknown || only.pid === 0) return [];
  return [[only.python === "" ? "not Python" : visibleExcerpt(only.python, 80), `pid ${only.pid}`]];
}
