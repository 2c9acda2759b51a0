// SPDX-License-Identifier: MIT

import type { Inspection, PrivateFinding, PrivateKind } from "@pyspy/analyze";
import { type Document, type Section, tableOf, textSection } from "../document/document.ts";
import { formatCount } from "../text/format-number.ts";
import { visibleExcerpt } from "../text/visible-text.ts";

const LONGEST_EXAMPLE = 60;
const SHOWN_EXAMPLES = 3;

const WORDS: Readonly<Record<PrivateKind, string>> = {
  secret: "what looks like a secret",
  "url-credentials": "credentials in URLs",
  "local-variables": "values of local variables",
  "source-text": "source text",
  "program-arguments": "arguments of programs",
  "agent-command": "the agent's command line",
  email: "e-mail addresses",
  "home-directory": "home directories",
  "ip-address": "network addresses",
  "host-name": "name of the host",
  "boot-id": "id of the host's boot",
  cgroup: "control groups",
  label: "labels",
  environment: "variables of environments",
  note: "notes of the agent",
  role: "names of processes",
  "thread-name": "names of threads",
  "own-file": "files of the program and its packages",
  "own-function": "functions of the program and its packages",
  "own-symbol": "native symbols of the program",
  "capture-id": "id of the capture",
};

/** What captures give away, and which redaction takes it out. */
export function inspectionDocument(title: string, inspection: Inspection): Document {
  const { redactions, findings } = inspection;
  return {
    title: visibleExcerpt(title, 300),
    facts:
      redactions.length === 0
        ? []
        : [`Redacted so far: ${redactions.map((one) => visibleExcerpt(one, 60)).join("; ")}.`],
    warnings: [],
    sections: [
      section(
        "Persons, machines and secrets",
        findings.filter(isRemovedBy("share")),
        "redact --level share takes these out.",
      ),
      section(
        "The program",
        findings.filter(isRemovedBy("strict")),
        "redact --level strict takes these out, or puts pseudonyms in their place.",
      ),
      textSection(
        "What always stays",
        "Ids of processes and threads, times, line numbers, states, and names of Python's own library.",
        "What has the form of an e-mail address, a network address, a home directory or a secret is found; other names of persons are not.",
      ),
    ],
  };
}

function isRemovedBy(level: "share" | "strict"): (finding: PrivateFinding) => boolean {
  return ({ removedBy }) => removedBy === level;
}

function section(title: string, findings: readonly PrivateFinding[], advice: string): Section {
  if (findings.length === 0) return textSection(title, "Nothing was found.");
  const table = tableOf(
    [
      { heading: "count", align: "right" },
      { heading: "what", align: "left" },
      { heading: "examples", align: "left" },
    ],
    findings,
    ({ kind, count, examples }) => [
      formatCount(count),
      WORDS[kind],
      examples
        .slice(0, SHOWN_EXAMPLES)
        .map((text) => visibleExcerpt(text, LONGEST_EXAMPLE))
        .join(", "),
    ],
  );
  return { title, lines: [advice], table };
}
