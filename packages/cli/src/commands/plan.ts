// SPDX-License-Identifier: MIT

import { planRecording } from "@pyspy/analyze";
import { planAnswer } from "@pyspy/report";
import { compareOptions, MEASURE_OPTIONS, share } from "../options/diff-options.ts";
import type { Command } from "./command.ts";
import { type Question, questionCommand } from "./question.ts";

const DEFAULT_CHANGE = 0.1;

const QUESTION: Question = {
  name: "plan",
  description: "how long to record before and after, to tell a change",
  details:
    "Computed from how much the functions of this recording vary: record a pilot of a minute.",
  examples: [["pilot.pspy --change 5%", "for changes of 5 % of what a function takes"]],
  options: {
    change: {
      type: "string",
      requiresArg: true,
      group: "What is to be told:",
      description: "a change by this part of what a function takes, 10% by default",
    },
    ...MEASURE_OPTIONS,
    limit: {
      type: "string",
      requiresArg: true,
      group: "How it is compared:",
      description: "rows of each table",
    },
  },
  countsIdle: false,
  needs: "times",
  prepare(options) {
    const change = share(options.text("change"), "change") ?? DEFAULT_CHANGE;
    const how = compareOptions(options);
    const most = options.count("limit", 12);
    return (input) => {
      const plan = planRecording([{ selection: input.selection }], how, change);
      return planAnswer(input, plan, { change, measure: how.measure, most });
    };
  },
};

export const plan: Command = questionCommand(QUESTION);
