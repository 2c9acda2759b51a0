// SPDX-License-Identifier: MIT

import { buildCallTree } from "@pyspy/analyze";
import type { ReportFormat } from "../report-format.ts";
import { collapsedLines } from "./collapsed-lines.ts";
import { pyspyRootNames } from "./pyspy-root-names.ts";

/**
 * Collapsed stacks as py-spy's `raw` and Brendan Gregg's stackcollapse scripts write them, for
 * flamegraph.pl, inferno, speedscope and the like. Always numbers of samples, whatever the unit
 * asked for: that is what the format means by its last column. It has no place for anything else,
 * so this is the one output that does not say where it comes from.
 */
export const raw: ReportFormat = {
  name: "raw",
  description: "collapsed stacks, one a line: main;work;hot 42",
  extensions: [".txt", ".folded", ".collapsed"],
  content: "text",
  *render({ selection, options: { lines, threads, processes } }) {
    const tree = buildCallTree(selection, { unit: "samples", lines, threads, processes });
    yield* collapsedLines(tree, pyspyRootNames(selection.profile));
  },
};
