// SPDX-License-Identifier: MIT

import type { InsightLevel } from "@pyspy/analyze";
import type { InsightText } from "../../insights/insight-text.ts";
import { element, type Html } from "../element.ts";

const WORDS: Readonly<Record<InsightLevel, string>> = {
  problem: "Problem",
  notice: "Note",
  fine: "Fine",
};

/** The most pressing first; the word as well as the colour says how pressing. */
const ORDER: readonly InsightLevel[] = ["problem", "notice", "fine"];

/** What stands out, a line each. */
export function insightSection(insights: readonly InsightText[]): Html {
  const ordered = [...insights].sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level));
  return element(
    "section",
    { id: "insights" },
    element("h2", {}, "What stands out"),
    element(
      "ul",
      { class: "insights" },
      ordered.map(({ level, title, text }) =>
        element(
          "li",
          { class: level },
          element("span", { class: "level" }, WORDS[level]),
          element("div", {}, element("b", {}, title), ". ", text),
        ),
      ),
    ),
  );
}
