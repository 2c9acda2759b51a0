// SPDX-License-Identifier: MIT

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { AgentMissingError, agentPath } from "@pyspy/capture";
import type { Command } from "../commands/command.ts";
import { parseAgentHelp } from "./agent-help.ts";
import { analyzerHelp } from "./analyzer-help.ts";
import type { ProgramHelp } from "./program-help.ts";

/** `pyspy-analyze` with these commands and, where it is installed, `pyspy-capture`. */
export async function programHelps(commands: readonly Command[]): Promise<ProgramHelp[]> {
  return [analyzerHelp(commands), ...(await agentHelp())];
}

/** None where the agent is not: it runs on Linux only, captures are read everywhere. */
async function agentHelp(): Promise<ProgramHelp[]> {
  try {
    const { stdout } = await promisify(execFile)(agentPath(), ["--help"]);
    return [parseAgentHelp(stdout)];
  } catch (error) {
    if (error instanceof AgentMissingError) return [];
    throw error;
  }
}
