// SPDX-License-Identifier: MIT

import type { OptionHelp, ProgramHelp } from "./program-help.ts";

/** "  -p, --pid PID            record this process": options begin in column 2 or 6. */
const OPTION = /^ {2}(?:-(\w), | {4})--([\w-]+)(?: ([A-Z]+))?(?: {2,}(.*))?$/;
const CONTINUED = /^ {20,}(\S.*)$/;
const COMMAND = /^ {2}(pyspy-\S.*?)(?: {2,}(.*))?$/;

/**
 * What `pyspy-capture --help` prints, taken apart.
 *
 * @throws Error when there is no option in it: then it is some other text.
 */
export function parseAgentHelp(text: string): ProgramHelp {
  const options: OptionHelp[] = [];
  const synopsis: string[] = [];
  const examples: (readonly [string, string])[] = [];
  const prose: string[] = [];
  for (const line of text.split("\n")) {
    const option = OPTION.exec(line);
    const continued = CONTINUED.exec(line);
    const command = COMMAND.exec(line);
    const last = options.at(-1);
    if (option !== null) options.push(optionOf(option));
    else if (continued !== null && last !== undefined) {
      const description = `${last.description} ${continued[1]!}`.trim();
      options[options.length - 1] = { ...last, description };
    } else if (command === null) prose.push(line);
    else if (command[2] === undefined) synopsis.push(command[1]!);
    else examples.push([command[1]!, command[2]]);
  }
  if (options.length === 0) throw new Error("this is not the help of pyspy-capture");
  const [summary = "", ...description] = paragraphs(prose);
  return {
    name: "pyspy-capture",
    summary,
    synopsis,
    description,
    groups: [{ title: "Options", options }],
    commands: [],
    examples,
  };
}

function optionOf([, short, long, value, description = ""]: RegExpExecArray): OptionHelp {
  return {
    long: long!,
    ...(short === undefined ? {} : { short }),
    description,
    ...(value === undefined ? {} : { value }),
    choices: [],
  };
}

function paragraphs(lines: readonly string[]): string[] {
  const joined = lines.join("\n").split(/\n\s*\n/);
  return joined.map((text) => text.replace(/\s+/g, " ").trim()).filter((text) => text !== "");
}
