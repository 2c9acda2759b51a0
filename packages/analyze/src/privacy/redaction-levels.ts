// SPDX-License-Identifier: MIT
import { type Header, Redaction } from "@pyspy/schemas";
import { REDACTED_LABEL } from "./share-rules.ts";

/** How far a recording is redacted, by the agent and since: "agent: default", "redact: share". */
export function redactionLevels({ options, label }: Header): string[] {
  const since = label.filter(({ key }) => key === REDACTED_LABEL);
  return [
    `agent: ${agentLevel(options?.redaction)}`,
    ...since.map(({ value }) => `redact: ${value}`),
  ];
}

function agentLevel(redaction: Redaction | undefined): string {
  switch (redaction) {
    case Redaction.NONE:
      return "none";
    case Redaction.DEFAULT:
      return "default";
    case Redaction.STRICT:
      return "strict";
    default:
      return "not known";
  }
}
