// SPDX-License-Identifier: MIT

import type { CallTree, Change, Comparison, PathComparison } from "@pyspy/analyze";
import type { NodeChanges } from "../flamegraph/node-change.ts";
import { svgDocument } from "../flamegraph/svg-document.ts";
import type { ReportHeading } from "../heading/report-heading.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatCounted } from "../text/format-number.ts";
import { visibleExcerpt } from "../text/visible-text.ts";
import { measureText } from "./amount.ts";
import { type DiffInput, isTold } from "./diff-input.ts";
import { verdictLines } from "./verdict-lines.ts";

/**
 * A differential flame graph as one SVG file: all call paths of both sides. A box is as wide as the mean of
 * both, so that widths add up and what is gone has one, too; the page shows either side alone. Only what
 * was told from noise has a colour, and says how much in its label.
 */
export function* diffFlamegraph(input: DiffInput, paths: PathComparison): Generator<string> {
  const { comparison, sides, provenance, doubts } = input;
  const { before, after } = paths;
  const heading: ReportHeading = {
    title: visibleExcerpt(input.title ?? `${sides.before} → ${sides.after}`, 300),
    quality: [
      ...[comparison.before, comparison.after].map(
        (side, at) =>
          `${at === 0 ? "before" : "after"} ${formatDuration(side.recordedNanos)}, ${formatCounted(side.samples, "sample")}`,
      ),
      ...(doubts.length > 0 ? [`${formatCounted(doubts.length, "doubt")}, below`] : []),
    ],
    notes: [
      `Widths are ${measureText("rate", comparison.unit)}, the mean of both sides.`,
      ...verdictLines(input),
      ...doubts.map(({ text }) => `Doubt: ${text}.`),
      `Made by pyspy-analyze ${provenance.version}: ${provenance.command}`,
    ].map((note) => visibleExcerpt(note, 2000)),
  };
  yield* svgDocument(meanTree(paths), heading, {
    measures: [
      { name: "before", self: before.self, total: before.total },
      { name: "after", self: after.self, total: after.total },
    ],
    first: { colors: "change", direction: "icicle" },
    changes: nodeChanges(comparison, paths),
  });
}

/** The call paths of both sides, as wide as the mean of both, so that what is gone has a width, too. */
export function meanTree({ before, after }: PathComparison): CallTree {
  const half = (column: "self" | "total"): Float64Array =>
    before[column].map((value, node) => (value + after[column][node]!) / 2);
  return { ...before, self: half("self"), total: half("total") };
}

/** What became of the nodes. Of everything there is no share to compare. */
export function nodeChanges(comparison: Comparison, { changes }: PathComparison): NodeChanges {
  const { measure } = comparison;
  if (measure === "share") return { measure, ofNode: changes };
  return { measure, ofNode: new Map([[0, ofEverything(comparison)], ...changes]) };
}

/** Where the machine may stand between the sides, everything together is not coloured: it may be the machine's. */
function ofEverything({ all, drift }: Comparison): Change {
  return drift === "unknown" && isTold(all) ? { ...all, verdict: "unclear" } : all;
}
