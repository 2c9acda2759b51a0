// SPDX-License-Identifier: MIT

import { qualityAnswer } from "@pyspy/report";
import type { Command } from "./command.ts";
import { questionCommand } from "./question.ts";

export const quality: Command = questionCommand({
  name: "quality",
  description: "what the numbers are worth, and what recording them cost",
  details: "Of all that was recorded: filters do not make a recording better.",
  examples: [["run.pspy --json", "for a program that decides whether to use the recording"]],
  options: {},
  countsIdle: true,
  prepare: () => qualityAnswer,
});
