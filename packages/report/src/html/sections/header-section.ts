// SPDX-License-Identifier: MIT

import type { Summary } from "@pyspy/analyze";
import type { Fact } from "../../document/document.ts";
import { importFacts } from "../../heading/import-facts.ts";
import { qualityParts } from "../../heading/quality-parts.ts";
import { recordingFacts } from "../../summary/recording-facts.ts";
import { pythonFact } from "../../summary/summary-answer.ts";
import { element, type Html } from "../element.ts";

/** What was recorded, where and when, and what that is worth. */
export function headerSection(
  title: string,
  summary: Summary,
  notes: readonly string[],
  warnings: readonly string[],
): Html {
  const facts: Fact[] = [
    qualityParts(summary),
    ...importFacts(summary.recordings),
    ...pythonFact(summary),
    ...recordingFacts(summary),
  ];
  return element(
    "header",
    {},
    element("h1", {}, title),
    facts.map((fact, at) =>
      element("p", { class: at === 0 ? "quality" : undefined }, factText(fact)),
    ),
    notes.map((note) => element("p", { class: "filters" }, note)),
    warnings.map((warning) => element("p", { class: "warning" }, warning)),
  );
}

export function factText(fact: Fact): string {
  return typeof fact === "string" ? fact : fact.join(" · ");
}
