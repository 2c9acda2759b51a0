// SPDX-License-Identifier: MIT
export type { AgentAttempt } from "./agent-missing-error.ts";
export { AgentMissingError } from "./agent-missing-error.ts";
export type { AgentSearch } from "./agent-path.ts";
export { agentPath } from "./agent-path.ts";
export type { AgentExit } from "./run-agent.ts";
export { runAgent } from "./run-agent.ts";
