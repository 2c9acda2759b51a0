// SPDX-License-Identifier: MIT

import { formats } from "@pyspy/report";
import type { Options } from "yargs";
import { type Command, optionsOf } from "../commands/command.ts";
import { EXAMPLES, EXIT_CODES, INPUTS, SUMMARY } from "../help-text.ts";
import { FILTER_HELP } from "../options/filter-options.ts";
import { INPUT_OPTIONS } from "../options/input-options.ts";
import { REPORT_OPTIONS } from "../options/report-options.ts";
import type { OptionGroup, OptionHelp, ProgramHelp } from "./program-help.ts";

const NAME = "pyspy-analyze";

// The parser's own.
const HELP: OptionHelp = { long: "help", short: "h", description: "print the help", choices: [] };
const VERSION: OptionHelp = {
  long: "version",
  short: "V",
  description: "print the version",
  choices: [],
};

/** `pyspy-analyze` with all its commands, from what parses their options. */
export function analyzerHelp(commands: readonly Command[]): ProgramHelp {
  return {
    name: NAME,
    summary: SUMMARY,
    synopsis: [`${NAME} FILE... [options]`, `${NAME} COMMAND FILE... [options]`],
    description: [INPUTS, FILTER_HELP, EXIT_CODES],
    groups: [
      ...groupsOf({ ...REPORT_OPTIONS, ...INPUT_OPTIONS }),
      { title: "Options", options: [HELP, VERSION] },
    ],
    commands: commands.map((command) => ({
      name: command.name,
      summary: command.description,
      details: command.details,
      groups: [...groupsOf(optionsOf(command)), { title: "Options", options: [HELP] }],
      examples: command.examples.map(([words, does]) => [`${NAME} ${command.name} ${words}`, does]),
    })),
    examples: EXAMPLES.map(([words, does]) => [`${NAME} ${words}`, does]),
  };
}

function groupsOf(options: Readonly<Record<string, Options>>): OptionGroup[] {
  const groups = new Map<string, OptionHelp[]>();
  for (const [long, option] of Object.entries(options)) {
    if (option.hidden === true) continue;
    const title = (option.group ?? "Options:").replace(/:$/, "");
    const list = groups.get(title) ?? [];
    groups.set(title, list);
    list.push(optionHelp(long, option));
  }
  return [...groups].map(([title, list]) => ({ title, options: list }));
}

function optionHelp(long: string, { alias, type, choices, description = "" }: Options): OptionHelp {
  const short = [alias ?? []].flat().find((name) => name.length === 1);
  const listed = long === "format" ? formats.map(({ name }) => name) : [...(choices ?? [])];
  return {
    long,
    ...(short === undefined ? {} : { short }),
    description,
    ...(type === "boolean" ? {} : { value: valueName(long) }),
    choices: listed.map(String),
  };
}

/** "FILE" where a name of a file is wanted, so that a shell can complete it. */
function valueName(long: string): string {
  if (["output", "file", "map", "junit"].includes(long)) return "FILE";
  return long === "source" ? "DIRECTORY" : "VALUE";
}
