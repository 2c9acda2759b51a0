// SPDX-License-Identifier: MIT

import { modePaint } from "../../flamegraph/color-mode.ts";
import { shortPlace } from "../../flamegraph/flame-labels.ts";
import { type Box, type LayoutSummary, layout } from "../../flamegraph/layout.ts";
import { GAP, LABEL_PADDING, MONO_FONT, REST, ROW_HEIGHT } from "../../flamegraph/theme.ts";
import { fitLabel } from "../../text/fit-label.ts";
import { isDark, resized, themeColor } from "./canvas.ts";
import { make } from "./dom.ts";
import type { FlameModel } from "./flame-model.ts";

/** Narrower boxes are gathered in grey. */
const LEAST_WIDTH = 0.7;
const FONT = `12px ${MONO_FONT}`;
const DARK_REST = "#3a4047";

/** How a tree is drawn. */
export interface FlameLook {
  /** The node in full width. */
  readonly zoom: number;
  /** The root below: callers of a function rise above it. */
  readonly upwards: boolean;
  /** Without the row of the root. */
  readonly rootless: boolean;
  /** Nodes that a search found; `undefined`: there is no search. */
  readonly hit: Uint8Array | undefined;
  /** The node that keys act on; -1: none. */
  readonly active: number;
}

/** A flame graph on a canvas: boxes drawn, and found again under the pointer. */
export class FlameCanvas {
  readonly element: HTMLCanvasElement;
  #boxes: Box[] = [];
  #rows = 0;
  #look: FlameLook | undefined;
  #cellWidth = 0;

  constructor(label: string) {
    this.element = make("canvas", {
      class: "flame",
      tabindex: 0,
      role: "application",
      "aria-label": label,
    });
  }

  get boxes(): readonly Box[] {
    return this.#boxes;
  }

  draw(model: FlameModel, look: FlameLook): LayoutSummary {
    const width = this.element.clientWidth;
    this.#boxes = [];
    this.#look = look;
    const view = { node: look.zoom, width, minWidth: LEAST_WIDTH };
    const summary = layout(model.nodes, view, (box) => this.#boxes.push(box));
    this.#rows = summary.rows;
    const rows = summary.rows - (look.rootless ? 1 : 0);
    const context = resized(this.element, width, rows * ROW_HEIGHT);
    context.font = FONT;
    this.#cellWidth ||= context.measureText("0".repeat(64)).width / 64;
    const colors = { ink: themeColor("--ink"), hit: themeColor("--hit") };
    for (const box of this.#boxes) {
      if (look.rootless && box.row === 0) continue;
      this.#box(context, model, box, colors);
    }
    return summary;
  }

  /** The box at a point of the page. */
  boxAt({ clientX, clientY }: Pick<MouseEvent, "clientX" | "clientY">): Box | undefined {
    const { left, top } = this.element.getBoundingClientRect();
    const [x, y] = [clientX - left, clientY - top];
    return this.#boxes.find(
      (box) =>
        x >= box.left &&
        x < box.left + box.width &&
        y >= this.#top(box) &&
        y < this.#top(box) + ROW_HEIGHT,
    );
  }

  #top({ row }: Box): number {
    const { upwards = false, rootless = false } = this.#look ?? {};
    const shown = rootless ? row - 1 : row;
    const rows = rootless ? this.#rows - 1 : this.#rows;
    return (upwards ? rows - 1 - shown : shown) * ROW_HEIGHT;
  }

  #box(
    context: CanvasRenderingContext2D,
    model: FlameModel,
    box: Box,
    colors: { readonly ink: string; readonly hit: string },
  ): void {
    const { hit, active } = this.#look!;
    const top = this.#top(box);
    const width = Math.max(box.width - Math.min(GAP, box.width * 0.2), 0);
    const found = hit !== undefined && this.#isHit(model, box, hit);
    context.globalAlpha = box.role === "ancestor" || (hit !== undefined && !found) ? 0.45 : 1;
    context.fillStyle = found ? colors.hit : this.#fill(model, box);
    context.beginPath();
    context.roundRect(box.left, top, width, ROW_HEIGHT - GAP, width >= 6 ? 2 : 0);
    context.fill();
    if (box.role !== "rest") this.#write(context, model, box, top, found ? "#1b1f24" : colors.ink);
    context.globalAlpha = 1;
    if (box.node !== active || box.role === "rest") return;
    context.strokeStyle = colors.ink;
    context.lineWidth = 2;
    context.strokeRect(box.left + 1, top + 1, Math.max(width - 2, 0), ROW_HEIGHT - GAP - 2);
  }

  #fill(model: FlameModel, box: Box): string {
    const dark = isDark();
    if (box.role === "rest") return dark ? DARK_REST : REST;
    const own = model.paints[model.labels[model.nodes.label[box.node]!]!.paint]!;
    const paint = modePaint("module", own.name, model, box.node) ?? own;
    return dark ? paint.dark : paint.light;
  }

  #write(
    context: CanvasRenderingContext2D,
    { nodes, labels }: FlameModel,
    box: Box,
    top: number,
    ink: string,
  ): void {
    const label = labels[nodes.label[box.node]!]!;
    const cells = Math.floor((box.width - 2 * LABEL_PADDING) / this.#cellWidth);
    const { name, place } = fitLabel(label.name, shortPlace(label), cells);
    if (name === "") return;
    context.fillStyle = ink;
    context.fillText(name, box.left + LABEL_PADDING, top + 13);
    if (place === "") return;
    const alpha = context.globalAlpha;
    context.globalAlpha = alpha * 0.68;
    context.fillText(place, box.left + LABEL_PADDING + context.measureText(name).width, top + 13);
    context.globalAlpha = alpha;
  }

  /** A gathered box is a hit if anything in it is. */
  #isHit({ nodes }: FlameModel, box: Box, hit: Uint8Array): boolean {
    if (box.role !== "rest") return hit[box.node] === 1;
    let end = box.node;
    for (let sibling = 0; sibling < box.siblings; sibling++) end = nodes.subtreeEnd[end]!;
    return hit.subarray(box.node, end).includes(1);
  }
}
