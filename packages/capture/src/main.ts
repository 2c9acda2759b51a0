// SPDX-License-Identifier: MIT

import { constants } from "node:os";
import { agentHost } from "./agent-host.ts";
import { AgentMissingError } from "./agent-missing-error.ts";
import { agentPath } from "./agent-path.ts";
import { missingAgentAdvice } from "./missing-agent-advice.ts";
import { type AgentExit, runAgent } from "./run-agent.ts";

/** Signals that a parent (a shell, make) wants to see, to stop its own work too. */
const RAISED_AGAIN: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Runs the agent with these arguments. Returns the exit code; docs/exit-codes.md lists them. */
export async function main(argv: readonly string[]): Promise<number> {
  // Launching a program, 1 to 124 belong to that program, as with env(1) and timeout(1).
  const ownFailure = argv.includes("--") ? 125 : 1;
  try {
    const path = agentPath();
    return exitCode(await start(path, argv));
  } catch (error) {
    if (!(error instanceof AgentMissingError)) throw error;
    process.stderr.write(`pyspy-capture: ${error.message}\n${missingAgentAdvice(error)}\n`);
    return ownFailure;
  }
}

async function start(path: string, argv: readonly string[]): Promise<AgentExit> {
  try {
    return await runAgent(path, argv);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const problem = `cannot be started (${code})`;
    const attempt = { source: "local-build", location: path, problem } as const;
    throw new AgentMissingError("executable", [attempt], agentHost(), { cause: error });
  }
}

function exitCode(exit: AgentExit): number {
  if ("status" in exit) return exit.status;
  // Other signals are the agent's own crash: this process need not dump core for it as well.
  if (RAISED_AGAIN.includes(exit.signal)) process.kill(process.pid, exit.signal);
  else process.stderr.write(`pyspy-capture: the agent was ended by ${exit.signal}\n`);
  return 128 + constants.signals[exit.signal];
}
