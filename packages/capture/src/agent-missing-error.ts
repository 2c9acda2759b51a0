// SPDX-License-Identifier: MIT

/** What the agent is there as: a program, or a part of Node. */
export type AgentForm = "executable" | "addon";

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

/** No agent could be started, or loaded, on this machine. The message lists every place that was tried. */
export class AgentMissingError extends Error {
  override readonly name = "AgentMissingError";
  readonly code = "AGENT_MISSING";
  readonly form: AgentForm;
  /** In the order in which they were tried. */
  readonly attempts: readonly AgentAttempt[];
  readonly host: AgentHost;

  constructor(
    form: AgentForm,
    attempts: readonly AgentAttempt[],
    host: AgentHost,
    options?: ErrorOptions,
  ) {
    super(describe(form, attempts, host), options);
    this.form = form;
    this.attempts = attempts;
    this.host = host;
  }
}

const NAMES: Readonly<Record<AgentForm, string>> = {
  executable: "pyspy-capture agent that runs here",
  addon: "pyspy-capture addon that Node can load here",
};

function describe(form: AgentForm, attempts: readonly AgentAttempt[], host: AgentHost): string {
  const machine = [host.platform, host.architecture, host.libc].filter(Boolean).join(", ");
  const tried = attempts.map(({ location, problem }) => `  ${location}: ${problem}`);
  return [`found no ${NAMES[form]} (${machine})`, ...tried].join("\n");
}
