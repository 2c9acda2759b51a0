// SPDX-License-Identifier: MIT

import { stallsAnswer } from "@pyspy/report";
import type { Options } from "yargs";
import { durationOption } from "../options/duration.ts";
import { ROW_OPTIONS, rowLimit } from "../options/row-options.ts";
import type { Command } from "./command.ts";
import { questionCommand } from "./question.ts";

const STALLS = "What counts as a stall:";

const OPTIONS: Readonly<Record<"longer-than", Options>> = {
  "longer-than": {
    type: "string",
    requiresArg: true,
    group: STALLS,
    description: "the shortest that is told: 250ms, 2s; 100ms if not given",
  },
};

export const stalls: Command = questionCommand({
  name: "stalls",
  description: "when a thread stayed on one stack, or held the GIL, for long",
  details:
    "Every tick of that time saw the same; what happened between ticks nobody knows. A stack ends when a function does; with --by line, when a line does. Threads that were blocked, and not by the GIL, are told of with --idle.",
  examples: [
    ["run.pspy --longer-than 500ms", "half a second and more"],
    ["run.pspy --idle --thread-name MainThread", "also when the main thread was blocked"],
  ],
  options: { ...OPTIONS, ...ROW_OPTIONS },
  countsIdle: true,
  needs: "times",
  prepare: (options) => {
    const rows = rowLimit(options);
    const leastNanos = durationOption(options.text("longer-than") ?? "100ms", "longer-than");
    // A view of certain states says itself what it wants to see.
    const blocked = options.flag("idle") || options.flag("wall") || options.flag("off-cpu");
    const lines = options.text("by") === "line";
    return (input) => stallsAnswer(input, { leastNanos, blocked, lines }, rows);
  },
});
