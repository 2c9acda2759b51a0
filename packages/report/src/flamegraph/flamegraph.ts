// SPDX-License-Identifier: MIT

import {
  buildCallTree,
  type CallTree,
  filterRuns,
  holdsGil,
  isIdle,
  type SampleTable,
  type Selection,
  unionTrees,
} from "@pyspy/analyze";
import { reportHeading } from "../heading/report-heading.ts";
import type { ReportFormat, ReportInput } from "../report-format.ts";
import { describeUnit } from "../text/format-weight.ts";
import { type NodeMeasure, usefulMeasure } from "./node-measure.ts";
import { svgDocument } from "./svg-document.ts";

/** A flame graph as one SVG file that answers questions in a browser and still is a picture. */
export const flamegraph: ReportFormat = {
  name: "flamegraph",
  description: "interactive flame graph, one SVG file for any browser",
  extensions: [".svg"],
  content: "text",
  *render(input) {
    const { unit, lines, colors = "module", direction = "icicle" } = input.options;
    const tree = treeOf(input, input.selection);
    const heading = reportHeading(input);
    const frames = lines ? "one box a line" : "one box a function";
    const shown = `Widths are ${describeUnit(unit)}, ${frames}.`;
    const measures = [
      ...measure(input, tree, "idle", isIdle),
      ...measure(input, tree, "gil", holdsGil),
    ];
    yield* svgDocument(
      tree,
      { ...heading, notes: [shown, ...heading.notes] },
      { measures, first: { colors, direction } },
    );
  },
};

function treeOf({ options }: ReportInput, selection: Selection): CallTree {
  const { unit, lines, threads, processes } = options;
  return buildCallTree(selection, { unit, lines, threads, processes });
}

/** How much of each node is in a part of what the picture shows. */
function measure(
  input: ReportInput,
  tree: CallTree,
  name: NodeMeasure["name"],
  isPart: (samples: SampleTable, run: number) => boolean,
): NodeMeasure[] {
  const { samples } = input.selection.profile;
  const step = { name, removes: `what is not ${name}` };
  const part = filterRuns(input.selection, step, (run) => isPart(samples, run));
  const [, united] = unionTrees([tree, treeOf(input, part)]);
  return usefulMeasure(name, tree, united!);
}
