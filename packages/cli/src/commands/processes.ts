// SPDX-License-Identifier: MIT

import { processesAnswer } from "@pyspy/report";
import { ROW_OPTIONS, rowLimit } from "../options/row-options.ts";
import type { Command } from "./command.ts";
import { questionCommand } from "./question.ts";

export const processes: Command = questionCommand({
  name: "processes",
  description: "which processes there were, and what each did",
  details: "Children stand below their parents.",
  examples: [["run.pspy", "the tree of processes"]],
  options: ROW_OPTIONS,
  countsIdle: true,
  prepare: (options) => {
    const rows = rowLimit(options);
    return (input) => processesAnswer(input, rows);
  },
});
