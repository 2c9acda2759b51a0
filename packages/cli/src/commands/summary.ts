// SPDX-License-Identifier: MIT

import { summaryAnswer, TERMINAL_LIMITS, TICKET_LIMITS } from "@pyspy/report";
import type { Command } from "./command.ts";
import { type Question, questionCommand } from "./question.ts";

const QUESTION: Question = {
  name: "summary",
  description: "what was recorded, how well, and where the time went",
  details: "The same as no command and no format. As Markdown it has at most 60 lines.",
  examples: [["run.pspy --md", "for a ticket"]],
  options: {},
  countsIdle: false,
  prepare: (_, form) => (input) =>
    summaryAnswer(input, form === "markdown" ? TICKET_LIMITS : TERMINAL_LIMITS),
};

export const summary: Command = questionCommand(QUESTION);
