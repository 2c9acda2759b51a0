// SPDX-License-Identifier: MIT

import {
  DEFAULT_FALSE_DISCOVERY_RATE,
  DEFAULT_THRESHOLD,
  doubtsOf,
  InvalidFilterError,
  type Profile,
  type Replicate,
  renameCandidates,
  resolveTimeRange,
  SideComparison,
} from "@pyspy/analyze";
import { DIFF_TERMINAL_LIMITS, diffAnswer } from "../../diff/diff-answer.ts";
import { commandLine } from "../../text/command-line.ts";
import { sectionHtml } from "../sections/table-html.ts";
import { sidesMisfit, tableOptions } from "./compared-sides.ts";
import { button, domOf, make } from "./dom.ts";
import { type GivenOptions, optionWords } from "./given-options.ts";
import type { PageState } from "./page-state.ts";
import { select } from "./selected.ts";

export interface CompareActions {
  /** What is looked at becomes a side. */
  side(which: "before" | "after"): void;
  clear(): void;
}

/** Two selections of the recording, compared as `pyspy-analyze diff` compares them. */
export class CompareView {
  readonly element: HTMLElement;
  readonly #sides = make("p", { class: "note" });
  readonly #answer = make("div", { class: "comparison" });
  readonly #profile: Profile;
  #shown: readonly unknown[] = [];

  constructor(profile: Profile, actions: CompareActions) {
    this.#profile = profile;
    this.element = make(
      "section",
      { id: "compare" },
      make("h2", {}, "Compare two views"),
      make(
        "div",
        { class: "tools" },
        button("This view is before", {}, () => actions.side("before")),
        button("This view is after", {}, () => actions.side("after")),
        button("Clear", {}, () => actions.clear()),
      ),
      this.#sides,
      this.#answer,
    );
  }

  show({ before, after }: PageState): void {
    const wanted = [before, after];
    if (wanted.every((each, at) => each === this.#shown[at]) && this.#shown.length > 0) return;
    this.#shown = wanted;
    this.#sides.textContent =
      before === undefined && after === undefined
        ? "Choose times, threads, states or whatever the filters offer, say which side that is, and choose the other."
        : `Before: ${sideText(before)}. After: ${sideText(after)}.`;
    this.#answer.replaceChildren();
    if (before === undefined || after === undefined) return;
    try {
      this.#answer.append(...this.#compare(before, after));
    } catch (error) {
      this.#answer.append(make("p", { class: "warning" }, (error as Error).message));
    }
  }

  #compare(before: GivenOptions, after: GivenOptions): Node[] {
    const misfit = sidesMisfit(before, after);
    if (misfit !== undefined) throw new InvalidFilterError(misfit);
    const [one, two] = [before, after].map((given) => this.#replicate(given)) as [
      Replicate,
      Replicate,
    ];
    const comparison = new SideComparison([one], [two], {
      unit: before.get("unit")?.at(-1) === "cpu" ? "cpu-nanos" : "wall-nanos",
      measure: "rate",
      threshold: DEFAULT_THRESHOLD,
      falseDiscoveryRate: DEFAULT_FALSE_DISCOVERY_RATE,
    }).functions();
    const { document } = diffAnswer(
      {
        comparison,
        doubts: doubtsOf([one], [two], comparison),
        renames: renameCandidates(comparison.functions),
        sides: { before: sideText(before), after: sideText(after) },
        provenance: { command: "", version: "" },
      },
      DIFF_TERMINAL_LIMITS,
    );
    const facts = document.facts.slice(0, -1).map((fact) => make("p", {}, String(fact)));
    const warnings = document.warnings.map((text) => make("p", { class: "warning" }, text));
    return [
      ...facts,
      ...warnings,
      ...document.sections.flatMap((each) => domOf(sectionHtml(each, "part"))),
    ];
  }

  #replicate(given: GivenOptions): Replicate {
    const { view, selection } = select(this.#profile, given);
    if (selection.runs.length === 0) {
      throw new InvalidFilterError(`nothing is left of ${sideText(given)}`);
    }
    const { from, to } = view;
    if (from === undefined && to === undefined) return { selection, within: undefined };
    return { selection, within: [resolveTimeRange(from, to, this.#profile)] };
  }
}

function sideText(given: GivenOptions | undefined): string {
  if (given === undefined) return "not chosen";
  return commandLine(optionWords(tableOptions(given))) || "everything that was not idle";
}
