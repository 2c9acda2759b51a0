// SPDX-License-Identifier: MIT

import type { FlameNodes } from "./flame-nodes.ts";

/** What is looked at: one node in full width, its ancestors above it, its subtree below. */
export interface View {
  /** 0 shows everything. */
  readonly node: number;
  /** Room in px. */
  readonly width: number;
  /** Boxes narrower than this many px are not drawn one by one. */
  readonly minWidth: number;
}

/** A rectangle to draw, in px from the left and rows from the root. */
export interface Box {
  readonly node: number;
  readonly left: number;
  readonly width: number;
  readonly row: number;
  readonly role: "frame" | "ancestor" | "rest";
  /**
   * 1, or for "rest": neighbours in one row under one parent, each too narrow to draw, which
   * together are wide enough; `node` is the first of them.
   */
  readonly siblings: number;
}

/** What a layout drew and what it left out, so that a picture can say so. */
export interface LayoutSummary {
  /** Rows used: the deepest box drawn, plus one. */
  readonly rows: number;
  /** Frames drawn as boxes of their own, ancestors included. */
  readonly drawn: number;
  /** Frames of the view without a box of their own. */
  readonly hidden: number;
  /** What those weigh. */
  readonly hiddenWeight: number;
}

/**
 * Calls `draw` for every visible box, parents before their children, rows from left to right.
 * A subtree whose root is too narrow is passed over whole, so the cost follows what is visible
 * and not the size of the tree.
 */
export function layout(nodes: FlameNodes, view: View, draw: (box: Box) => void): LayoutSummary {
  const { depth, parent, subtreeEnd, start, total } = nodes;
  const pathLength = drawAncestors(nodes, view, draw);
  const origin = start[view.node]!;
  const scale = total[view.node]! > 0 ? view.width / total[view.node]! : 0;

  let drawn = 0;
  let hidden = 0;
  let hiddenWeight = 0;
  let rows = 0;
  // Neighbours too narrow for boxes of their own, gathered until one that is not comes along.
  let rest = -1;
  let restEnd = 0;
  let restSiblings = 0;
  const flush = (): void => {
    if (rest < 0) return;
    const left = (start[rest]! - origin) * scale;
    const width = (restEnd - start[rest]!) * scale;
    if (width >= view.minWidth) {
      draw({ node: rest, left, width, row: depth[rest]!, role: "rest", siblings: restSiblings });
      rows = Math.max(rows, depth[rest]! + 1);
    }
    rest = -1;
  };

  for (let node = view.node; node < subtreeEnd[view.node]!; ) {
    // The node in view fills the width even where nothing was selected, and it weighs nothing.
    const width = node === view.node ? view.width : total[node]! * scale;
    if (width >= view.minWidth || node === view.node) {
      flush();
      const left = (start[node]! - origin) * scale;
      draw({ node, left, width, row: depth[node]!, role: "frame", siblings: 1 });
      rows = Math.max(rows, depth[node]! + 1);
      drawn++;
      node++;
      continue;
    }
    const isNeighbour =
      rest >= 0 && parent[node] === parent[rest] && Math.abs(start[node]! - restEnd) * scale < 1e-3;
    if (!isNeighbour) {
      flush();
      rest = node;
      restSiblings = 0;
    }
    restSiblings++;
    restEnd = start[node]! + total[node]!;
    hidden += subtreeEnd[node]! - node;
    hiddenWeight += total[node]!;
    node = subtreeEnd[node]!;
  }
  flush();
  return { rows, drawn: drawn + pathLength, hidden, hiddenWeight };
}

/** The path from the root to the view's node, each ancestor as wide as the picture. */
function drawAncestors(nodes: FlameNodes, view: View, draw: (box: Box) => void): number {
  const path: number[] = [];
  for (let node = nodes.parent[view.node]!; node >= 0; node = nodes.parent[node]!) path.push(node);
  for (const node of path.reverse()) {
    const row = nodes.depth[node]!;
    draw({ node, left: 0, width: view.width, row, role: "ancestor", siblings: 1 });
  }
  return path.length;
}
