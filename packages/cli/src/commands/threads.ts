// SPDX-License-Identifier: MIT

import { threadsAnswer } from "@pyspy/report";
import { ROW_OPTIONS, rowLimit } from "../options/row-options.ts";
import type { Command } from "./command.ts";
import { questionCommand } from "./question.ts";

export const threads: Command = questionCommand({
  name: "threads",
  description: "what each thread did with its time",
  details: "Active, on a CPU, with the GIL, waiting for it, and where it spent the most time.",
  examples: [["run.pspy --thread-name '^worker'", "only the workers"]],
  options: ROW_OPTIONS,
  countsIdle: true,
  prepare: (options) => {
    const rows = rowLimit(options);
    return (input) => threadsAnswer(input, rows);
  },
});
