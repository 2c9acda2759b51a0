// SPDX-License-Identifier: MIT

import { escapeXml } from "../text/escape-xml.ts";
import { fitLabel } from "../text/fit-label.ts";
import { formatCount } from "../text/format-number.ts";
import { modePaint } from "./color-mode.ts";
import { type DescribedTree, describeNode } from "./describe-node.ts";
import { shortPlace } from "./flame-labels.ts";
import type { Box } from "./layout.ts";
import { changePrefix } from "./node-change.ts";
import type { Paint } from "./palette.ts";
import { px } from "./svg-opening.ts";
import { CELL_WIDTH, GAP, LABEL_PADDING, REST, ROW_HEIGHT } from "./theme.ts";
import type { FirstView } from "./view-hash.ts";

/** What the boxes of one picture share. */
export interface BoxContext extends DescribedTree {
  readonly paints: readonly Paint[];
  readonly first: FirstView;
  /** In the whole picture. */
  readonly rows: number;
}

/** One box of the static picture: a tooltip, a rectangle and as much of its label as fits. */
export function svgBox(context: BoxContext, box: Box): string {
  const row = context.first.direction === "icicle" ? box.row : context.rows - 1 - box.row;
  const placed = { ...box, row };
  return box.role === "rest" ? restBox(placed) : frameBox(context, placed);
}

function frameBox(context: BoxContext, box: Box): string {
  const { nodes, labels, changes, paints, first } = context;
  const label = labels[nodes.label[box.node]!]!;
  const own = paints[label.paint]!;
  const paint = modePaint(first.colors, own.name, context, box.node) ?? own;
  const { name, place, numbers } = describeNode(context, box.node);
  const title = [name, place, ...numbers].filter((line) => line !== "").join("\n");
  const cells = Math.floor((box.width - 2 * LABEL_PADDING) / CELL_WIDTH);
  const fitted = fitLabel(
    changePrefix(changes?.ofNode.get(box.node)) + label.name,
    shortPlace(label),
    cells,
  );
  return `<g><title>${lines(title)}</title>${rect(box, paint.name, paint.light)}${text(box, fitted)}</g>\n`;
}

function restBox(box: Box): string {
  const count = `${formatCount(box.siblings)} ${box.siblings === 1 ? "frame" : "frames"}`;
  return `<g><title>${count} too narrow to draw</title>${rect(box, "rest", REST)}</g>\n`;
}

function rect(box: Box, className: string, fill: string): string {
  const gap = gapOf(box.width);
  const rounding = box.width >= 6 ? ' rx="2"' : "";
  return (
    `<rect class="${className}" fill="${fill}" x="${px(box.left)}" y="${box.row * ROW_HEIGHT}" ` +
    `width="${px(box.width - gap)}" height="${ROW_HEIGHT - GAP}"${rounding}/>`
  );
}

function text(box: Box, fitted: { name: string; place: string }): string {
  if (fitted.name === "") return "";
  const x = px(box.left + LABEL_PADDING);
  const place =
    fitted.place === "" ? "" : `<tspan fill-opacity=".68">${escapeXml(fitted.place)}</tspan>`;
  return `<text x="${x}" y="${box.row * ROW_HEIGHT + 13}">${escapeXml(fitted.name)}${place}</text>`;
}

/** Room to the neighbour at the right: less for narrow boxes, which would vanish otherwise. */
export function gapOf(width: number): number {
  return Math.min(GAP, width * 0.2);
}

/** Line breaks of a tooltip are ours; those in names were spelled out before. */
function lines(title: string): string {
  return title.split("\n").map(escapeXml).join("\n");
}
