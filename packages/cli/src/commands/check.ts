// SPDX-License-Identifier: MIT

import { type Limit, parseBound, parseFunctionLimit } from "@pyspy/analyze";
import { type CheckAnswer, type CheckOptions, checkAnswer } from "@pyspy/report";
import type { Options } from "yargs";
import { UsageError } from "../errors.ts";
import { ExitCode } from "../exit-code.ts";
import type { ParsedOptions } from "../options/parsed-options.ts";
import { UNIT_OPTION, weightUnit } from "../options/unit-option.ts";
import { JUNIT_OPTION, prepareJunit } from "../output/junit-output.ts";
import type { Command } from "./command.ts";
import { askQuestion, QUESTION_OPTIONS } from "./question.ts";

const LIMITS = "Limits:";

const OPTIONS: Readonly<Record<"max" | "max-gil-wait" | "max-gil-hold" | "min-quality", Options>> =
  {
    max: {
      type: "string",
      requiresArg: true,
      group: LIMITS,
      description:
        "the most that functions may take: 'self:PATTERN<5%' by themselves, 'total:PATTERN<2s' with what they call; may be given several times",
    },
    "max-gil-wait": {
      type: "string",
      requiresArg: true,
      group: LIMITS,
      description:
        "the most that threads may wait for the GIL, of the time in which they want to run: 20%",
    },
    "max-gil-hold": {
      type: "string",
      requiresArg: true,
      group: LIMITS,
      description: "the longest that a thread may hold the GIL at every tick: 100ms",
    },
    "min-quality": {
      choices: ["usable", "good"],
      group: LIMITS,
      description: "the least that quality must say of the recording",
    },
  };

export const check: Command = {
  name: "check",
  description: "measure a recording against limits, for CI",
  details: "Exits with 0 when all limits are kept, with 9 when one is not.",
  examples: [
    ["run.pspy --max 'self:^json\\.<5%' --max-gil-wait 20%", "two limits"],
    [
      "run.pspy --max 'total:render<1s' --unit cpu --junit report.xml",
      "of CPU time, for a CI server",
    ],
  ],
  options: { ...OPTIONS, ...UNIT_OPTION, ...QUESTION_OPTIONS, ...JUNIT_OPTION },
  async run(options, context) {
    const asked = checkOptions(options);
    const writeJunit = prepareJunit(options, options.files, context.io);
    let answer: CheckAnswer | undefined;
    await askQuestion(options, context, {
      // Whoever waits for the GIL is idle to the kernel; functions are measured without idle threads.
      name: "check",
      countsIdle: true,
      needs: "times",
      prepare: () => (input) => {
        answer = checkAnswer(input, asked);
        return answer;
      },
    });
    await writeJunit?.(answer!.junit);
    return answer!.passed ? ExitCode.OK : ExitCode.GATE;
  },
};

function checkOptions(options: ParsedOptions): CheckOptions {
  const limits: Limit[] = options.texts("max").map(parseFunctionLimit);
  for (const kind of ["gil-wait", "gil-hold"] as const) {
    const text = options.text(`max-${kind}`);
    if (text === undefined) continue;
    limits.push({ kind, pattern: undefined, bound: parseBound(text), text });
  }
  const unit = weightUnit(options);
  if (unit === "samples") throw new UsageError("limits are of time: --unit wall or cpu");
  const leastQuality = (options.text("min-quality") ?? "doubtful") as CheckOptions["leastQuality"];
  if (limits.length === 0 && leastQuality === "doubtful") {
    throw new UsageError("check needs a limit: --max 'self:PATTERN<5%', for instance");
  }
  const states = ["idle", "wall", "gil", "gil-wait", "on-cpu", "off-cpu", "exceptions", "gc"];
  return { limits, unit, leastQuality, idleFunctions: states.some((name) => options.flag(name)) };
}
