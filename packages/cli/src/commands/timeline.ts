// SPDX-License-Identifier: MIT

import { MAX_TIMELINE_PARTS, selectedSpan } from "@pyspy/analyze";
import { timelineAnswer } from "@pyspy/report";
import type { Options } from "yargs";
import { UsageError } from "../errors.ts";
import { durationOption } from "../options/duration.ts";
import type { Command } from "./command.ts";
import { questionCommand } from "./question.ts";

const ROWS = 24;

const OPTIONS: Readonly<Record<"every", Options>> = {
  every: {
    type: "string",
    requiresArg: true,
    group: "Output:",
    description: `length of a step: 100ms, 5s; if not given, a round one that makes ${ROWS} rows or fewer`,
  },
};

export const timeline: Command = questionCommand({
  name: "timeline",
  description: "what threads did over time",
  details:
    "The sums of all selected threads, step by step, and the function with the most time in which they were not idle; with --idle in all time.",
  examples: [["run.pspy --every 1s", "a row for every second"]],
  options: OPTIONS,
  countsIdle: true,
  needs: "times",
  prepare: (options) => {
    const every = options.text("every");
    const step = every === undefined ? undefined : durationOption(every, "every");
    if (step === 0) throw new UsageError("--every takes a time above 0");
    const idleFunctions = options.flag("idle") || options.flag("wall") || options.flag("off-cpu");
    return (input) => {
      const { startNanos, endNanos } = selectedSpan(input.selection);
      if (step !== undefined && (endNanos - startNanos) / step > MAX_TIMELINE_PARTS) {
        throw new UsageError(`--every ${every} makes more than ${MAX_TIMELINE_PARTS} steps`);
      }
      return timelineAnswer(input, { stepNanos: step, parts: ROWS, idleFunctions });
    };
  },
});
