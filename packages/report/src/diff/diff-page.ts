// SPDX-License-Identifier: MIT

import type { PathComparison } from "@pyspy/analyze";
import { legend, MODE_PAINTS } from "../flamegraph/color-mode.ts";
import { flameLabels } from "../flamegraph/flame-labels.ts";
import { flameNodes } from "../flamegraph/flame-nodes.ts";
import { element, markupOf } from "../html/element.ts";
import { pageStart, styleSheet } from "../html/page-frame.ts";
import { staticFlame } from "../html/sections/flame-section.ts";
import { factText } from "../html/sections/header-section.ts";
import { sectionHtml } from "../html/sections/table-html.ts";
import { measureText } from "./amount.ts";
import { type ComparedFile, carriedSides } from "./carried-sides.ts";
import { type DiffLimits, diffAnswer } from "./diff-answer.ts";
import { meanTree, nodeChanges } from "./diff-flamegraph.ts";
import type { DiffInput } from "./diff-input.ts";

/** The page's head, what is said about the files, and the tags of what it carries. */
const ROOM_FOR_THE_REST = 4096;

/**
 * A comparison as one page without scripts: the verdict, doubts, a differential flame graph, the tables, and the
 * recordings of both sides, as far as there is room.
 */
export function* diffPage(
  input: DiffInput,
  paths: PathComparison,
  limits: DiffLimits,
  { files, mostBytes }: { readonly files: readonly ComparedFile[]; readonly mostBytes: number },
): Generator<string> {
  const { title, facts, warnings, sections } = diffAnswer(input, limits).document;
  const tree = meanTree(paths);
  const { labels, paints } = flameLabels(tree.labels);
  const picture = staticFlame({
    nodes: flameNodes(tree),
    labels,
    paints,
    measures: [],
    changes: nodeChanges(input.comparison, paths),
    meta: { unit: tree.unit },
    first: { colors: "change", direction: "icicle" },
  });
  const colours = legend("change").map(({ paint, text }) =>
    element(
      "li",
      {},
      element(
        "svg",
        { width: 12, height: 12, "aria-hidden": "true" },
        element("rect", { class: paint.name, fill: paint.light, width: 12, height: 12, rx: 2 }),
      ),
      " ",
      text,
    ),
  );
  const widths = `Widths are ${measureText("rate", input.comparison.unit)}, the mean of both sides.`;
  const style = styleSheet([...paints, ...MODE_PAINTS]);
  const content = [
    element(
      "header",
      {},
      element("h1", {}, title),
      facts.map((fact) => element("p", {}, factText(fact))),
      warnings.map((warning) => element("p", { class: "warning" }, warning)),
    ),
    element(
      "section",
      { id: "flame" },
      element("h2", {}, "What changed, and where"),
      element("ul", { class: "legend" }, colours),
      picture.html,
      [widths, ...picture.notes].map((note) => element("p", { class: "note" }, note)),
    ),
    ...sections.map((each) => sectionHtml(each, "whole")),
  ].map((each) => `${markupOf(each)}\n`);
  const taken = [style, ...content].reduce((sum, each) => sum + each.length, ROOM_FOR_THE_REST);
  const carried = carriedSides(files, mostBytes, taken);
  yield pageStart(title, style, []);
  yield* content;
  yield `${markupOf(carried.html)}\n</main>\n`;
  yield* carried.blocks;
  yield "</body>\n</html>\n";
}
