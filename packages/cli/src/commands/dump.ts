// SPDX-License-Identifier: MIT

import { parseTimePoint, resolveTimePoint } from "@pyspy/analyze";
import { dumpAnswer } from "@pyspy/report";
import type { Options } from "yargs";
import { UsageError } from "../errors.ts";
import type { Command } from "./command.ts";
import { questionCommand } from "./question.ts";

const OPTIONS: Readonly<Record<"at", Options>> = {
  at: {
    type: "string",
    requiresArg: true,
    group: "Which moment:",
    description: "12.5s after the start, -2s before the end, 14:02:05 UTC",
  },
};

export const dump: Command = questionCommand({
  name: "dump",
  description: "the stacks of all threads at a moment of a recording",
  details:
    "As the last tick before that moment saw them: innermost function first, who holds the GIL first.",
  examples: [["run.pspy --at 12.5s", "what every thread was in 12.5 s after the start"]],
  options: OPTIONS,
  countsIdle: true,
  prepare: (options) => {
    const text = options.text("at");
    if (text === undefined) throw new UsageError("dump needs a moment: --at 12.5s");
    const point = parseTimePoint(text);
    return (input) => {
      const { recorded } = input.selection;
      const atNanos = resolveTimePoint(point, recorded);
      const inside = recorded.recordings.some(
        ({ startNanos, endNanos }) => startNanos <= atNanos && atNanos < endNanos,
      );
      if (!inside) throw new UsageError(`${text} is not in the recording`);
      return dumpAnswer(input, atNanos);
    };
  },
});
