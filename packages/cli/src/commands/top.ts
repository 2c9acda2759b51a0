// SPDX-License-Identifier: MIT

import { parseFramePattern } from "@pyspy/analyze";
import { type TopOptions, topAnswer } from "@pyspy/report";
import type { Options } from "yargs";
import { ROW_OPTIONS, rowLimit } from "../options/row-options.ts";
import { UNIT_OPTION, weightUnit } from "../options/unit-option.ts";
import type { Command } from "./command.ts";
import { questionCommand } from "./question.ts";

const TABLE = "What the table shows:";
const SORTS = ["self", "total"] as const;

const OPTIONS: Readonly<Record<"sort" | "callers" | "callees", Options>> = {
  sort: {
    choices: SORTS,
    group: TABLE,
    description: "self: time in the function itself (the default); total: with what it calls",
  },
  callers: {
    type: "string",
    requiresArg: true,
    group: TABLE,
    description: "who calls the functions that match PATTERN",
  },
  callees: {
    type: "string",
    requiresArg: true,
    group: TABLE,
    description: "what the functions that match PATTERN call",
  },
};

export const top: Command = questionCommand({
  name: "top",
  description: "the functions, or lines, with the most time; their callers and callees",
  details:
    "Callers and callees add up to the function's time: recursion, and calls among functions that match together, count as one.",
  examples: [
    ["run.pspy --by line --sort total", "lines, by the time with what they call"],
    ["run.pspy --callers '^loads$' --callees '^loads$'", "around one function"],
  ],
  options: { ...OPTIONS, ...UNIT_OPTION, ...ROW_OPTIONS },
  countsIdle: false,
  prepare: (options) => {
    const asked = {
      unit: weightUnit(options),
      by: (options.text("by") ?? "function") as TopOptions["by"],
      sort: (options.text("sort") ?? "self") as (typeof SORTS)[number],
      callersOf: options.texts("callers").map(parseFramePattern),
      calleesOf: options.texts("callees").map(parseFramePattern),
      rows: rowLimit(options),
    };
    return (input) => topAnswer(input, asked);
  },
});
