// SPDX-License-Identifier: MIT

import { briefly, optionsOf, valueKind } from "./option-words.ts";
import type { OptionHelp, ProgramHelp } from "./program-help.ts";

/** Lines of fish's `complete`. */
export function fishCompletion({ name, groups, commands }: ProgramHelp): string {
  const names = commands.map((one) => one.name).join(" ");
  const none = quoted(`not __fish_seen_subcommand_from ${names}`);
  const lines = [`# fish completion of ${name}`];
  for (const command of commands) {
    lines.push(`complete -c ${name} -n ${none} -a ${command.name} -d ${quoted(command.summary)}`);
  }
  const plain = commands.length > 0 ? `-n ${none} ` : "";
  for (const option of optionsOf(groups)) {
    lines.push(`complete -c ${name} ${plain}${optionWordsOf(option)}`);
  }
  for (const command of commands) {
    const condition = quoted(`__fish_seen_subcommand_from ${command.name}`);
    for (const option of optionsOf(command.groups)) {
      lines.push(`complete -c ${name} -n ${condition} ${optionWordsOf(option)}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

function optionWordsOf(option: OptionHelp): string {
  const short = option.short === undefined ? "" : `-s ${option.short} `;
  return `${short}-l ${option.long} ${valueWords(option)}-d ${quoted(briefly(option))}`;
}

function valueWords(option: OptionHelp): string {
  switch (valueKind(option)) {
    case undefined:
      return "";
    case "choice":
      return `-x -a ${quoted(option.choices.join(" "))} `;
    case "file":
      return "-r -F ";
    case "directory":
      return "-x -a '(__fish_complete_directories)' ";
    case "process":
      return "-x -a '(__fish_complete_pids)' ";
    case "text":
      return "-x ";
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
