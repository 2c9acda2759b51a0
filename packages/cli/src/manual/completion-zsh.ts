// SPDX-License-Identifier: MIT

import { briefly, optionsOf, optionWords, valueKind } from "./option-words.ts";
import type { OptionGroup, OptionHelp, ProgramHelp } from "./program-help.ts";

/** A function for zsh's completion system, to be sourced after `compinit`. */
export function zshCompletion({ name, groups, commands }: ProgramHelp): string {
  const call = `_${name}`;
  const cases = commands.map(
    (command) => `    ${command.name})
${callArguments("shift words; ((CURRENT--))", command.groups)}
      ;;`,
  );
  return `# zsh completion of ${name}
${call}() {
  local -a commands=(
${commands.map((one) => `    ${quoted(`${one.name}:${one.summary.replaceAll(":", "\\:")}`)}`).join("\n")}
  )
  case \${words[2]} in
${cases.join("\n")}
    *)
      if ((CURRENT == 2 && \${#commands})) && [[ \${words[2]} != -* ]]; then
        _describe command commands
      fi
${callArguments(":", groups)}
      ;;
  esac
}
compdef ${call} ${name}
`;
}

function callArguments(before: string, groups: readonly OptionGroup[]): string {
  const specs = optionsOf(groups).flatMap(specsOf);
  const lines = specs.map((spec) => `        ${spec} \\`);
  return `      ${before}\n      _arguments -S \\\n${lines.join("\n")}\n        '*:file:_files'`;
}

/** One for each name of the option, which may be given several times. */
function specsOf(option: OptionHelp): string[] {
  const text = briefly(option).replace(/[[\]:\\]/g, "\\$&");
  return optionWords(option).map((word) => quoted(`*${word}[${text}]${valueSpec(option)}`));
}

function valueSpec(option: OptionHelp): string {
  switch (valueKind(option)) {
    case undefined:
      return "";
    case "choice":
      return `:value:(${option.choices.join(" ")})`;
    case "file":
      return ":file:_files";
    case "directory":
      return ":directory:_files -/";
    case "process":
      return ":process:_pids";
    case "text":
      return ":value: ";
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
