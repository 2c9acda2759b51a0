// SPDX-License-Identifier: MIT

import { type Summary, summarize } from "@pyspy/analyze";
import { summaryHeading } from "../heading/report-heading.ts";
import type { ReportInput } from "../report-format.ts";
import { functionSection } from "./function-section.ts";
import { processLine, processSection } from "./process-section.ts";
import { recordingSection } from "./recording-section.ts";
import { type TerminalStyle, terminalStyle } from "./terminal-style.ts";
import { threadSection } from "./thread-section.ts";

/** How a summary is set. */
export interface SummaryOptions {
  /** Emphasis by ANSI escapes. */
  readonly color: boolean;
  /** Width of the terminal; `undefined`: there is none. */
  readonly columns: number | undefined;
}

/** What the parts of a summary share. */
export interface SummaryContext {
  readonly input: ReportInput;
  readonly summary: Summary;
  readonly width: number;
  readonly style: TerminalStyle;
}

const SECTIONS = [processLine, recordingSection, processSection, threadSection, functionSection];
const LEAST_WIDTH = 60;
const MOST_WIDTH = 100;

/** What was recorded, how well, and where the time went, as text for a terminal. */
export function* renderSummary(input: ReportInput, options: SummaryOptions): Generator<string> {
  const summary = summarize(input.selection);
  const context: SummaryContext = {
    input,
    summary,
    width: Math.min(Math.max(options.columns ?? MOST_WIDTH, LEAST_WIDTH), MOST_WIDTH),
    style: terminalStyle(options.color),
  };
  const { title } = summaryHeading(input, summary);
  yield `${context.style.strong(title)}\n`;
  for (const section of SECTIONS) {
    const lines = section(context);
    if (lines.length > 0) yield `${lines.join("\n")}\n`;
  }
}
