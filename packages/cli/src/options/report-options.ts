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
  readonly unit: UnitName;
  readonly title: string | undefined;
}

export type UnitName = "wall" | "cpu" | "samples";

/** The units by their names on the command line. */
export const WEIGHT_UNITS: Readonly<Record<UnitName, WeightUnit>> = {
  wall: "wall-nanos",
  cpu: "cpu-nanos",
  samples: "samples",
};

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
    group: COUNTED,
    description: "what a flame graph adds up: wall (time passed; the default), cpu, samples",
  },
  threads: {
    alias: "t",
    type: "boolean",
    group: SHOWN,
    description: "each thread by itself",
  },
  processes: { type: "boolean", group: SHOWN, description: "each process by itself" },
  function: {
    alias: "F",
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

/** Other words for `function`: a slip, and an option of py-spy that means the same here. */
const FUNCTION_SYNONYMS = ["functions", "nolineno"];

/** Tells the parser of the options. */
export function addReportOptions(parser: Argv): Argv {
  return parser
    .options(OPTIONS)
    .options(
      Object.fromEntries(
        FUNCTION_SYNONYMS.map((name) => [name, { type: "boolean", hidden: true }]),
      ),
    );
}

/** What the parser found, with its types. */
export function reportArguments(parsed: ArgumentsCamelCase): ReportArguments {
  const flag = (name: string): boolean => [parsed[name]].flat().at(-1) === true;
  // Given twice, the last one counts.
  const text = (name: keyof ReportArguments): string | undefined =>
    [parsed[name] as string | string[] | undefined].flat().at(-1);
  return {
    // Not a declared positional: yargs would drop the "-" that stands for standard input.
    files: parsed._.map(String),
    format: text("format"),
    output: text("output"),
    gil: flag("gil"),
    idle: flag("idle"),
    threads: flag("threads"),
    processes: flag("processes"),
    function: ["function", ...FUNCTION_SYNONYMS].some(flag),
    unit: (text("unit") ?? "wall") as UnitName,
    title: text("title"),
  };
}

/** Every long name that the command takes, for suggestions. */
export function longOptionNames(): string[] {
  const aliases = Object.values(OPTIONS).flatMap(({ alias }) => alias ?? []);
  const names = [...Object.keys(OPTIONS), ...aliases, "help", "version"];
  return names.filter((name) => name.length > 1);
}
