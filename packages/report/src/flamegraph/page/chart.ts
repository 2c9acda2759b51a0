// SPDX-License-Identifier: MIT

import { fitLabel } from "../../text/fit-label.ts";
import { type ColorMode, modePaint } from "../color-mode.ts";
import { describeNode } from "../describe-node.ts";
import { type FlameLabel, shortPlace } from "../flame-labels.ts";
import { type Box, type LayoutSummary, layout } from "../layout.ts";
import { changePrefix } from "../node-change.ts";
import type { FlamePayload } from "../payload/flame-payload.ts";
import { CELL_WIDTH, GAP, LABEL_PADDING, ROW_HEIGHT } from "../theme.ts";
import type { ViewState } from "../view-hash.ts";
import { svgElement } from "./elements.ts";

/** Narrower boxes are gathered in grey: below this an edge is no longer seen as one. */
const LEAST_WIDTH = 0.7;

/** The boxes on the screen. Drawn anew for every view: only visible ones are ever elements. */
export class Chart {
  readonly element: SVGGElement;
  #payload: FlamePayload;
  readonly #elements = new Map<number, SVGGElement>();
  #boxes: Box[] = [];
  #cellWidth = CELL_WIDTH;
  #rows = 0;
  #direction: ViewState["direction"] = "icicle";
  #colors: ColorMode = "module";

  constructor(payload: FlamePayload) {
    this.#payload = payload;
    this.element = svgElement("g", {
      class: "chart mono",
      role: "tree",
      tabindex: 0,
      "aria-label": "Flame graph",
    });
  }

  /** The tree to draw from now on: the same nodes, perhaps with other widths. */
  set payload(payload: FlamePayload) {
    this.#payload = payload;
  }

  get boxes(): readonly Box[] {
    return this.#boxes;
  }

  get height(): number {
    return this.#rows * ROW_HEIGHT;
  }

  /** One measurement of the font in use; labels are cut by counting from then on. */
  measureFont(): void {
    const probe = svgElement("text", {}, "0".repeat(64));
    this.element.append(probe);
    const width = probe.getComputedTextLength() / 64;
    probe.remove();
    if (width > 0) this.#cellWidth = width;
  }

  draw(view: ViewState, width: number, hit: Uint8Array | undefined): LayoutSummary {
    const { nodes } = this.#payload;
    this.#boxes = [];
    this.#elements.clear();
    this.#direction = view.direction;
    this.#colors = view.colors;
    const summary = layout(nodes, { node: view.node, width, minWidth: LEAST_WIDTH }, (box) =>
      this.#boxes.push(box),
    );
    this.#rows = summary.rows;
    const all = document.createDocumentFragment();
    for (const box of this.#boxes) {
      const element = this.#draw(box, hit !== undefined && this.#isHit(box, hit));
      this.#elements.set(box.node, element);
      all.append(element);
    }
    this.element.replaceChildren(all);
    this.element.classList.toggle("searching", hit !== undefined);
    return summary;
  }

  /** Top of a row in px from the chart's top. */
  rowTop(row: number): number {
    return (this.#direction === "icicle" ? row : this.#rows - 1 - row) * ROW_HEIGHT;
  }

  /** The box that an event happened on. */
  boxAt(target: EventTarget | null): Box | undefined {
    if (!(target instanceof Element)) return undefined;
    const node = target.closest(".box")?.getAttribute("data-node");
    return node == null ? undefined : this.#boxes.find((box) => box.node === Number(node));
  }

  /** Marks the box that keys act on, and says it to a screen reader. */
  activate(box: Box | undefined): void {
    const before = this.element.querySelector(".active");
    before?.classList.remove("active");
    for (const name of ["id", "role", "aria-level", "aria-label"]) before?.removeAttribute(name);
    const element = box && this.#elements.get(box.node);
    if (box === undefined || element === undefined) return;
    // The last child is painted last: its outline lies over its neighbours.
    this.element.append(element);
    element.classList.add("active");
    element.id = "pspy-active";
    element.setAttribute("role", "treeitem");
    element.setAttribute("aria-level", String(box.row + 1));
    const { name, place, numbers } = describeNode(this.#payload, box.node);
    element.setAttribute("aria-label", [name, place, ...numbers].join(", "));
    this.element.setAttribute("aria-activedescendant", "pspy-active");
  }

  #draw(box: Box, isHit: boolean): SVGGElement {
    const { nodes, labels } = this.#payload;
    const label = labels[nodes.label[box.node]!]!;
    const group = svgElement("g", {
      class: `box ${box.role}${isHit ? " hit" : ""}`,
      "data-node": box.node,
    });
    const rect = svgElement("rect", {
      x: box.left.toFixed(2),
      y: this.rowTop(box.row),
      width: Math.max(box.width - Math.min(GAP, box.width * 0.2), 0).toFixed(2),
      height: ROW_HEIGHT - GAP,
    });
    if (box.role !== "rest") rect.setAttribute("class", this.#paintName(box, label));
    if (box.width >= 6) rect.setAttribute("rx", "2");
    group.append(rect);
    if (box.role !== "rest") this.#write(group, box, label);
    return group;
  }

  #paintName({ node }: Box, label: FlameLabel): string {
    const own = this.#payload.paintNames[label.paint] ?? "";
    return modePaint(this.#colors, own, this.#payload, node)?.name ?? own;
  }

  #write(group: SVGGElement, box: Box, label: FlameLabel): void {
    const cells = Math.floor((box.width - 2 * LABEL_PADDING) / this.#cellWidth);
    const prefix = changePrefix(this.#payload.changes?.ofNode.get(box.node));
    const { name, place } = fitLabel(prefix + label.name, shortPlace(label), cells);
    if (name === "") return;
    const at = { x: (box.left + LABEL_PADDING).toFixed(2), y: this.rowTop(box.row) + 13 };
    const text = svgElement("text", at, name);
    if (place !== "") text.append(svgElement("tspan", { class: "place" }, place));
    group.append(text);
  }

  /** A gathered box is a hit if anything in it is. */
  #isHit(box: Box, hit: Uint8Array): boolean {
    if (box.role !== "rest") return hit[box.node] === 1;
    const { subtreeEnd } = this.#payload.nodes;
    let end = box.node;
    for (let sibling = 0; sibling < box.siblings; sibling++) end = subtreeEnd[end]!;
    return hit.subarray(box.node, end).includes(1);
  }
}
