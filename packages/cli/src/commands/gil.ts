// SPDX-License-Identifier: MIT

import { gilAnswer } from "@pyspy/report";
import { ROW_OPTIONS, rowLimit } from "../options/row-options.ts";
import type { Command } from "./command.ts";
import { questionCommand } from "./question.ts";

export const gil: Command = questionCommand({
  name: "gil",
  description: "who held the GIL while whom waited",
  details:
    "Filters choose whose waits are counted; who made them wait is looked up in all that was recorded.",
  examples: [
    ["run.pspy", "who is in the way, and what it runs meanwhile"],
    ["run.pspy --thread-name MainThread", "what the main thread waited for"],
  ],
  options: ROW_OPTIONS,
  countsIdle: true,
  needs: "gil",
  prepare: (options) => {
    const rows = rowLimit(options);
    return (input) => gilAnswer(input, rows);
  },
});
