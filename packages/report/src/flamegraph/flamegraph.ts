// SPDX-License-Identifier: MIT

import { buildCallTree } from "@pyspy/analyze";
import { reportHeading } from "../heading/report-heading.ts";
import type { ReportFormat } from "../report-format.ts";
import { describeUnit } from "../text/format-weight.ts";
import { svgDocument } from "./svg-document.ts";

const COLOURS =
  "Hues are modules: vivid the program's own, pale those of packages, greyish the standard library.";

/** A flame graph as one SVG file that answers questions in a browser and still is a picture. */
export const flamegraph: ReportFormat = {
  name: "flamegraph",
  description: "interactive flame graph, one SVG file for any browser",
  extensions: [".svg"],
  *render(input) {
    const { unit, lines, threads, processes } = input.options;
    const tree = buildCallTree(input.selection, { unit, lines, threads, processes });
    const heading = reportHeading(input);
    const frames = lines ? "one box a line" : "one box a function";
    const shown = `Widths are ${describeUnit(unit)}, ${frames}. ${COLOURS}`;
    yield* svgDocument(tree, { ...heading, notes: [shown, ...heading.notes] });
  },
};
