// SPDX-License-Identifier: MIT

import {
  DEFAULT_FALSE_DISCOVERY_RATE,
  DEFAULT_THRESHOLD,
  doubtsOf,
  InvalidFilterError,
  type Profile,
  parseTimePoint,
  type Replicate,
  renameCandidates,
  resolveTimeRange,
  SideComparison,
  selectView,
  type TimePoint,
  type View,
} from "@pyspy/analyze";
import { DIFF_TERMINAL_LIMITS, diffAnswer } from "../../diff/diff-answer.ts";
import { sectionHtml } from "../sections/table-html.ts";
import { button, domOf, make } from "./dom.ts";
import type { PageState } from "./page-state.ts";
import type { Selected } from "./selected.ts";

export interface CompareActions {
  /** The stretch that is looked at becomes a side. */
  side(which: "before" | "after"): void;
  clear(): void;
}

/** Two stretches of the recording, compared as `pyspy-analyze diff` compares them, under the filters of the page. */
export class CompareView {
  readonly element: HTMLElement;
  readonly #sides = make("span", { class: "matched" });
  readonly #answer = make("div", { class: "comparison" });
  readonly #profile: Profile;
  #shown: readonly unknown[] = [];

  constructor(profile: Profile, actions: CompareActions) {
    this.#profile = profile;
    this.element = make(
      "section",
      { id: "compare" },
      make("h2", {}, "Compare two stretches of time"),
      make(
        "div",
        { class: "tools" },
        button("This time is before", {}, () => actions.side("before")),
        button("This time is after", {}, () => actions.side("after")),
        button("Clear", {}, () => actions.clear()),
        this.#sides,
      ),
      this.#answer,
    );
  }

  show({ view, unit }: Selected, { before, after }: PageState): void {
    const wanted = [before, after, view];
    if (wanted.every((each, at) => each === this.#shown[at])) return;
    this.#shown = wanted;
    this.#sides.textContent =
      before === "" && after === ""
        ? "Choose a stretch on the timeline, and say which side it is."
        : `before: ${before || "not chosen"} · after: ${after || "not chosen"}`;
    this.#answer.replaceChildren();
    if (before === "" || after === "") return;
    try {
      this.#answer.append(...this.#compare(view, unit === "cpu-nanos", before, after));
    } catch (error) {
      this.#answer.append(make("p", { class: "warning" }, (error as Error).message));
    }
  }

  #compare(view: View, cpu: boolean, before: string, after: string): Node[] {
    const sides = [before, after].map((stretch) => this.#replicate(view, stretch));
    const [one, two] = sides as [Replicate, Replicate];
    const comparison = new SideComparison([one], [two], {
      unit: cpu ? "cpu-nanos" : "wall-nanos",
      measure: "rate",
      threshold: DEFAULT_THRESHOLD,
      falseDiscoveryRate: DEFAULT_FALSE_DISCOVERY_RATE,
    }).functions();
    const { document } = diffAnswer(
      {
        comparison,
        doubts: doubtsOf([one], [two], comparison),
        renames: renameCandidates(comparison.functions),
        sides: { before, after },
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

  #replicate(view: View, stretch: string): Replicate {
    const [from, to] = stretchOf(stretch);
    const selection = selectView(this.#profile, { ...view, from, to });
    if (selection.runs.length === 0) throw new InvalidFilterError(`nothing is left of ${stretch}`);
    return { selection, within: [resolveTimeRange(from, to, this.#profile)] };
  }
}

/** "2s..4s" */
function stretchOf(text: string): (TimePoint | undefined)[] {
  const [from = "", to = ""] = text.split("..");
  return [from, to].map((each) => (each === "" ? undefined : parseTimePoint(each)));
}
