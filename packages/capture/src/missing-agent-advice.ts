// SPDX-License-Identifier: MIT

import type { AgentMissingError } from "./agent-missing-error.ts";

/** What to do about an agent that is not there. */
export function missingAgentAdvice({ form, attempts, host }: AgentMissingError): string {
  if (attempts.some(({ source }) => source === "environment")) {
    return "Correct the variable PYSPY_CAPTURE_BINARY, or unset it.";
  }
  if (host.platform !== "linux") {
    return "The agent records on Linux. Captures can be read anywhere: pyspy-analyze run.pspy";
  }
  const fixes = [`build it from source: npm run build:native (for ${host.architecture})`];
  if (host.architecture === "x64") {
    fixes.unshift("npm install without --omit=optional or --no-optional, on this machine");
  }
  if (form === "executable")
    fixes.push("name a binary that you have: PYSPY_CAPTURE_BINARY=/path/to/pyspy-capture");
  else fixes.push('run the agent as a process of its own: runIn: "process"');
  return ["One of these helps:", ...fixes.map((fix) => `  - ${fix}`)].join("\n");
}
