// SPDX-License-Identifier: MIT

import { UsageError } from "../errors.ts";
import { ExitCode } from "../exit-code.ts";
import { programHelps } from "../manual/program-helps.ts";
import { SHELLS, type Shell, shellCompletion } from "../manual/shell-completion.ts";
import { writeStdout } from "../output/write-output.ts";
import type { Command } from "./command.ts";

export const completions: Command = {
  name: "completions",
  description: "what a shell reads to complete the commands and options of both programs",
  details: `For ${SHELLS.join(", ")}. The agent's where it is installed.`,
  examples: [
    ["bash", "to be read by ~/.bashrc: source <(pyspy-analyze completions bash)"],
    ["zsh", "to be read by ~/.zshrc, after compinit: source <(pyspy-analyze completions zsh)"],
    ["fish", "to be read by config.fish: pyspy-analyze completions fish | source"],
  ],
  options: {},
  async run({ files }, { commands, io }) {
    const [shell] = files;
    if (files.length !== 1 || !isShell(shell)) {
      throw new UsageError(`completions takes one of ${SHELLS.join(", ")}`);
    }
    await writeStdout(shellCompletion(shell, await programHelps(commands)), io);
    return ExitCode.OK;
  },
};

function isShell(word: string | undefined): word is Shell {
  return (SHELLS as readonly (string | undefined)[]).includes(word);
}
