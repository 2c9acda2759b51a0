// SPDX-License-Identifier: MIT

import { optionsOf, optionWords, valueKind } from "./option-words.ts";
import type { OptionGroup, OptionHelp, ProgramHelp } from "./program-help.ts";

const COMPLETE = {
  file: "compopt -o default; COMPREPLY=(); return",
  directory: 'COMPREPLY=($(compgen -d -- "$cur")); return',
  process: 'COMPREPLY=($(compgen -W "$(ps -eo pid= 2>/dev/null)" -- "$cur")); return',
  text: "COMPREPLY=(); return",
};

/** A function for bash 4.4 and later, and that it completes the program. */
export function bashCompletion({ name, groups, commands }: ProgramHelp): string {
  const call = `_${name.replaceAll("-", "_")}`;
  const cases = commands.map((one) => commandCase(one.name, one.groups));
  return `# bash completion of ${name}
${call}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} words
  case \${COMP_WORDS[1]} in
${[...cases, commandCase("*", groups)].join("\n")}
  esac
  if [[ $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
  elif ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "${commands.map((one) => one.name).join(" ")}" -- "$cur"))
  fi
}
complete -o default -F ${call} ${name}
`;
}

function commandCase(pattern: string, groups: readonly OptionGroup[]): string {
  const options = optionsOf(groups);
  const values = options.flatMap((option) => valueCase(option));
  return `    ${pattern})
      words="${options.flatMap(optionWords).join(" ")}"
      case $prev in
${values.map((line) => `        ${line}`).join("\n")}
      esac
      ;;`;
}

function valueCase(option: OptionHelp): string[] {
  const kind = valueKind(option);
  if (kind === undefined) return [];
  const does =
    kind === "choice"
      ? `COMPREPLY=($(compgen -W "${option.choices.join(" ")}" -- "$cur")); return`
      : COMPLETE[kind];
  return [`${optionWords(option).join(" | ")}) ${does} ;;`];
}
