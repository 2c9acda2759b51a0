// SPDX-License-Identifier: MIT
export type { AgentAttempt, AgentForm } from "./agent-missing-error.ts";
export { AgentMissingError } from "./agent-missing-error.ts";
export type { AgentSearch } from "./agent-path.ts";
export { agentPath } from "./agent-path.ts";
export { capture } from "./capture.ts";
export { CaptureError, type CaptureErrorCode } from "./capture-error.ts";
export type { CaptureOptions } from "./capture-options.ts";
export { missingAgentAdvice } from "./missing-agent-advice.ts";
export type { AgentExit } from "./run-agent.ts";
export { runAgent } from "./run-agent.ts";
export { snapshot } from "./snapshot.ts";
