// SPDX-License-Identifier: MIT

import { bashCompletion } from "./completion-bash.ts";
import { fishCompletion } from "./completion-fish.ts";
import { zshCompletion } from "./completion-zsh.ts";
import type { ProgramHelp } from "./program-help.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

const SCRIPTS: Readonly<Record<Shell, (help: ProgramHelp) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** What a shell reads to complete the commands, options and values of these programs. */
export function shellCompletion(shell: Shell, programs: readonly ProgramHelp[]): string {
  return programs.map((help) => SCRIPTS[shell](help)).join("\n");
}
