// SPDX-License-Identifier: MIT

import { buildCallTree, type Selection } from "@pyspy/analyze";
import { MODULE_COLOURS } from "../../flamegraph/color-mode.ts";
import { flameLabels } from "../../flamegraph/flame-labels.ts";
import { flameNodes } from "../../flamegraph/flame-nodes.ts";
import type { Paint } from "../../flamegraph/palette.ts";
import { pruningNotes, staticBoxes } from "../../flamegraph/static-boxes.ts";
import { type BoxContext, svgBox } from "../../flamegraph/svg-box.ts";
import { MONO_FONT, ROW_HEIGHT } from "../../flamegraph/theme.ts";
import { FIRST_VIEW } from "../../flamegraph/view-hash.ts";
import type { ReportOptions } from "../../report-format.ts";
import { escapeMarkup } from "../../text/escape-xml.ts";
import { formatCount } from "../../text/format-number.ts";
import { describeUnit } from "../../text/format-weight.ts";
import { element, type Html, Markup } from "../element.ts";

const WIDTH = 1040;

export interface FlameSection {
  readonly html: Html;
  /** The colours that it uses, as classes. */
  readonly paints: readonly Paint[];
}

/** The selection as a flame graph that needs no script: the root at the top. */
export function flameSection(selection: Selection, options: ReportOptions): FlameSection {
  const { unit, lines, threads, processes } = options;
  const tree = buildCallTree(selection, { unit, lines, threads, processes });
  const nodes = flameNodes(tree);
  const { labels, paints } = flameLabels(tree.labels);
  const picture = staticFlame({
    nodes,
    labels,
    paints,
    measures: [],
    meta: { unit },
    first: FIRST_VIEW,
  });
  const frames = lines ? "one box a line" : "one box a function";
  const notes = [
    `Widths are ${describeUnit(unit)}, ${frames}; callers above what they call. ${MODULE_COLOURS}`,
    ...picture.notes,
  ];
  const html = element(
    "section",
    { id: "flame" },
    element("h2", {}, "Where the time went"),
    picture.html,
    notes.map((note) => element("p", { class: "note" }, note)),
  );
  return { html, paints };
}

/** A flame graph in a box that scrolls by itself where it is too wide, and what is to be said of what it leaves out. */
export function staticFlame(drawn: Omit<BoxContext, "rows">): {
  readonly html: Html;
  readonly notes: readonly string[];
} {
  const { nodes } = drawn;
  const summary = staticBoxes(nodes, WIDTH);
  const context = { ...drawn, rows: summary.rows };
  const height = summary.rows * ROW_HEIGHT;
  const label = `Flame graph of ${formatCount(nodes.length - 1)} frames; the tables of functions have the sums.`;
  const svg = `<svg viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${label}" font-family="${escapeMarkup(MONO_FONT)}" font-size="12" fill="currentColor" xml:space="preserve">
${summary.boxes.map((box) => svgBox(context, box)).join("")}</svg>`;
  const html = element(
    "div",
    { class: "static scroll", tabindex: 0, role: "region", "aria-label": "Flame graph" },
    new Markup(svg),
  );
  return { html, notes: pruningNotes(summary, nodes.total[0]!) };
}
