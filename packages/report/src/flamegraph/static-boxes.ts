// SPDX-License-Identifier: MIT

import { formatCount, formatCounted, formatPercent } from "../text/format-number.ts";
import type { FlameNodes } from "./flame-nodes.ts";
import { type Box, type LayoutSummary, layout } from "./layout.ts";

/** The boxes of the picture as it is without its script, and what it leaves out. */
export interface StaticBoxes extends LayoutSummary {
  readonly boxes: readonly Box[];
  /** Boxes narrower than this are gathered, px. */
  readonly minWidth: number;
}

const LEAST_WIDTH = 0.7;
/** About 250 bytes each: keeps the static part below a megabyte, and quick to open. */
const MOST_BOXES = 4000;

/** Lays out the whole tree, with the least width that keeps the number of boxes within bounds. */
export function staticBoxes(nodes: FlameNodes, width: number): StaticBoxes {
  for (let minWidth = LEAST_WIDTH; ; minWidth *= 1.4) {
    const boxes: Box[] = [];
    const summary = layout(nodes, { node: 0, width, minWidth }, (box) => boxes.push(box));
    if (boxes.length <= MOST_BOXES || minWidth > width) return { ...summary, boxes, minWidth };
  }
}

/** Says what a picture leaves out, if anything. */
export function pruningNotes(
  { hidden, hiddenWeight, drawn }: LayoutSummary,
  all: number,
): string[] {
  if (hidden === 0) return [];
  const share = formatPercent(hiddenWeight, all);
  return [
    `${formatCount(hidden)} of ${formatCounted(hidden + drawn, "frame")} are too narrow to draw here: ` +
      `${share} of all, in grey.`,
  ];
}
