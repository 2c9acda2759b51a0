// SPDX-License-Identifier: MIT

import type { WeightUnit } from "@pyspy/analyze";
import { formats } from "@pyspy/report";
import type { ArgumentsCamelCase, Argv, Options } from "yargs";

/** The default command's options, as the parser hands them over. */
export interface ReportArguments {
  readonly files: readonly string[];
  readonly format: string | undefined;
  readonly output: string | undefined;
  readonly gil: boolean;
  readonly idle: boolean;
  readonly threads: boolean;
  readonly processes: boolean;
  readonly function: boolean;
  readonly unit: keyof typeof WEIGHT_UNITS;
  readonly title: string | undefined;
}

/** Names of the units on the command line. */
export const WEIGHT_UNITS = {
  wall: "wall-nanos",
  cpu: "cpu-nanos",
  samples: "samples",
} as const satisfies Record<string, WeightUnit>;

const COUNTED = "What is counted:";
const SHOWN = "How it is shown:";
const OUTPUT = "Output:";

const OPTIONS: Record<Exclude<keyof ReportArguments, "files">, Options> = {
  gil: {
    alias: "g",
    type: "boolean",
    group: COUNTED,
    description: "only threads that hold the GIL",
  },
  idle: {
    alias: "i",
    type: "boolean",
    group: COUNTED,
    description: "also threads that are idle: asleep, waiting for a lock or for input",
  },
  unit: {
    choices: Object.keys(WEIGHT_UNITS),
    default: "wall",
    group: COUNTED,
    description: "what a flame graph adds up: time passed, CPU time, or samples",
  },
  threads: {
    alias: "t",
    type: "boolean",
    group: SHOWN,
    description: "each thread by itself",
  },
  processes: { type: "boolean", group: SHOWN, description: "each process by itself" },
  function: {
    alias: ["F", "functions", "nolineno"],
    type: "boolean",
    group: SHOWN,
    description: "add up by function; otherwise by line",
  },
  title: {
    type: "string",
    requiresArg: true,
    group: SHOWN,
    description: "heading, where the format has one",
  },
  format: {
    alias: "f",
    type: "string",
    requiresArg: true,
    group: OUTPUT,
    description: [
      "one of these; without it and without -o, a summary for the terminal:",
      ...formats.map(({ name, description }) => `  ${name}: ${description}`),
    ].join("\n"),
  },
  output: {
    alias: "o",
    type: "string",
    requiresArg: true,
    group: OUTPUT,
    description:
      "file to write, - for standard output; its ending may stand for --format. Without it an export is named after its input",
  },
};

/** Tells the parser of the options. */
export function addReportOptions(parser: Argv): Argv {
  return parser
    .positional("files", {
      type: "string",
      array: true,
      description: "captures (.pspy, .pspy.gz) to read as one; - for standard input",
    })
    .options(OPTIONS);
}

/** What the parser found, with its types. */
export function reportArguments(parsed: ArgumentsCamelCase): ReportArguments {
  const flag = (name: keyof ReportArguments): boolean => parsed[name] === true;
  const text = (name: keyof ReportArguments): string | undefined =>
    parsed[name] as string | undefined;
  return {
    files: (parsed["files"] as string[] | undefined) ?? [],
    format: text("format"),
    output: text("output"),
    gil: flag("gil"),
    idle: flag("idle"),
    threads: flag("threads"),
    processes: flag("processes"),
    function: flag("function"),
    unit: text("unit") as keyof typeof WEIGHT_UNITS,
    title: text("title"),
  };
}

/** Every long name that the command takes, for suggestions. */
export function longOptionNames(): string[] {
  const aliases = Object.values(OPTIONS).flatMap(({ alias }) => alias ?? []);
  const names = [...Object.keys(OPTIONS), ...aliases, "help", "version"];
  return names.filter((name) => name.length > 1);
}
