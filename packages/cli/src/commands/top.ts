// SPDX-License-Identifier: MIT

import { parseFramePattern } from "@pyspy/analyze";
import { type TopOptions, topAnswer } from "@pyspy/report";
import type { Options } from "yargs";
import type { CliIo } from "../cli-io.ts";
import { UsageError } from "../errors.ts";
import { ExitCode } from "../exit-code.ts";
import { agentSource, type LiveSource, streamSource } from "../live/live-source.ts";
import { runTop } from "../live/run-top.ts";
import { LIVE_OPTIONS, LIVE_TOP_OPTIONS, liveCapture } from "../options/live-options.ts";
import type { ParsedOptions } from "../options/parsed-options.ts";
import { ROW_OPTIONS, rowLimit } from "../options/row-options.ts";
import { UNIT_OPTION, weightUnit } from "../options/unit-option.ts";
import { STANDARD_STREAM } from "../output/output-target.ts";
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

const recorded: Command = questionCommand({
  name: "top",
  description: "the functions, or lines, with the most time, live too; their callers and callees",
  details:
    "Callers and callees add up to the function's time: recursion, and calls among functions that match together, count as one.\nOf a process that runs (-p PID), a program (-- PROGRAM) or a stream (-) it is a live screen; ? lists its keys.",
  examples: [
    ["-p 4242", "a live screen of a process"],
    ["-- python app.py", "of a program that is launched for it"],
    ["run.pspy --by line --sort total", "lines, by the time with what they call"],
    ["run.pspy --callers '^loads$' --callees '^loads$'", "around one function"],
  ],
  options: { ...OPTIONS, ...UNIT_OPTION, ...ROW_OPTIONS, ...LIVE_TOP_OPTIONS },
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

export const top: Command = {
  ...recorded,
  // What of both names the filter options have is that of the live options.
  options: { ...recorded.options, ...LIVE_OPTIONS, ...LIVE_TOP_OPTIONS },
  launches: true,
  async run(options, context) {
    const source = liveSource(options, context.io);
    if (source === undefined) return recorded.run(options, context);
    await runTop(options, source, context.io);
    return ExitCode.OK;
  },
};

/** What is to be looked at as it comes; `undefined`: a recording. */
function liveSource(options: ParsedOptions, io: CliIo): LiveSource | undefined {
  const { files, program } = options;
  const rate = options.text("rate");
  const rateHertz = rate === undefined ? {} : { rateHertz: Number(rate) };
  const pids = options.numbers("pid");
  if (program.length > 0) {
    if (files.length + pids.length > 0)
      throw new UsageError("a program, or something else: not both");
    const { pids: _, ...how } = liveCapture(options);
    return agentSource({ ...how, ...rateHertz, program }, () => {});
  }
  if (files.length === 0 && pids.length > 0) {
    return agentSource({ ...liveCapture(options), ...rateHertz }, () => {});
  }
  const isStream = files.length === 1 && files[0] === STANDARD_STREAM;
  const wantsLive = options.flag("plain") || options.text("save") !== undefined;
  return isStream && (wantsLive || io.stdout.isTTY) ? streamSource(io) : undefined;
}
