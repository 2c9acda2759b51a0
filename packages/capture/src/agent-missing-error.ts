// SPDX-License-Identifier: MIT

/** A place where the agent was looked for, and why it was not taken from there. */
export interface AgentAttempt {
  readonly source: "environment" | "local-build" | "platform-package";
  /** A path, or the name of the package. */
  readonly location: string;
  /** In words: "does not exist", "is not executable". */
  readonly problem: string;
}

/** The machine and the process that look for the agent. */
export interface AgentHost {
  /** As Node names it: "linux". */
  readonly platform: string;
  /** As Node names it: "x64". */
  readonly architecture: string;
  /** "glibc 2.36", "musl"; `undefined`: the platform has no choice of it. */
  readonly libc: string | undefined;
}

/** No agent could be started on this machine. The message lists every place that was tried. */
export class AgentMissingError extends Error {
  override readonly name = "AgentMissingError";
  readonly code = "AGENT_MISSING";
  /** In the order in which they were tried. */
  readonly attempts: readonly AgentAttempt[];
  readonly host: AgentHost;

  constructor(attempts: readonly AgentAttempt[], host: AgentHost, options?: ErrorOptions) {
    super(describe(attempts, host), options);
    this.attempts = attempts;
    this.host = host;
  }
}

function describe(attempts: readonly AgentAttempt[], host: AgentHost): string {
  const machine = [host.platform, host.architecture, host.libc].filter(Boolean).join(", ");
  const tried = attempts.map(({ location, problem }) => `  ${location}: ${problem}`);
  return [`found no pyspy-capture agent that runs here (${machine})`, ...tried].join("\n");
}
