// SPDX-License-Identifier: MIT

import { formatCount, formatCounted, formatPercent } from "../../text/format-number.ts";
import { type ColorMode, legend, moduleColours, usefulModes } from "../color-mode.ts";
import type { Box, LayoutSummary } from "../layout.ts";
import { neighbourBox, type Step } from "../neighbour-box.ts";
import type { FlamePayload } from "../payload/flame-payload.ts";
import { withWidths } from "../payload/with-widths.ts";
import { compilePattern, matchedWeight, type SearchResult, searchNodes } from "../search.ts";
import type { Direction, ViewState, Widths } from "../view-hash.ts";
import { Address } from "./address.ts";
import { Chart } from "./chart.ts";
import { Details } from "./details.ts";
import { htmlElement, svgElement } from "./elements.ts";
import { PageLayout } from "./page-layout.ts";
import { Toolbar } from "./toolbar.ts";

const KEYS =
  "Click zooms in, Backspace one level out, Home shows everything; / or Ctrl-F searches; arrow keys " +
  "and Enter do without a mouse.";

/** The picture come alive: it owns the view and keeps everything on the screen in step with it. */
export class Viewer {
  #payload: FlamePayload;
  /** As it was read: with the widths of both sides. */
  readonly #wholePayload: FlamePayload;
  readonly #address: Address;
  readonly #chart: Chart;
  readonly #details: Details;
  readonly #toolbar: Toolbar;
  readonly #page: PageLayout;
  readonly #hiddenNote = htmlElement("p");
  readonly #legend = htmlElement("p", { class: "legend" });
  #view: ViewState;
  #search: SearchResult | undefined;
  #active: Box | undefined;

  constructor(picture: SVGSVGElement, payload: FlamePayload) {
    this.#payload = payload;
    this.#wholePayload = payload;
    this.#address = new Address(payload.nodes.length, payload.meta.first);
    this.#view = { node: 0, pattern: "", widths: "both", ...payload.meta.first };
    this.#chart = new Chart(payload);
    this.#details = new Details(payload);
    this.#toolbar = new Toolbar(usefulModes(payload), payload.changes !== undefined, {
      search: (pattern) => this.#change({ ...this.#view, pattern }),
      nextMatch: (backwards) => this.#nextMatch(backwards),
      leaveSearch: () => this.leaveSearch(),
      back: () => this.back(),
      reset: () => this.zoomTo(0),
      turn: (direction) => this.turn(direction),
      color: (colors) => this.#change({ ...this.#view, colors }),
      widen: (widths) => this.#change({ ...this.#view, widths }),
    });

    const { title, quality, notes } = payload.meta;
    this.#page = new PageLayout(picture, {
      top: htmlElement(
        "div",
        { class: "top" },
        htmlElement("h1", {}, title),
        htmlElement(
          "p",
          { class: "quality" },
          ...quality.map((part) => htmlElement("span", {}, part)),
        ),
      ),
      bar: htmlElement(
        "div",
        { class: "bar" },
        this.#toolbar.element,
        this.#legend,
        this.#details.element,
      ),
      chart: this.#chart.element,
      foot: htmlElement(
        "div",
        { class: "foot" },
        this.#hiddenNote,
        ...[KEYS, ...notes].map((note) => htmlElement("p", {}, note)),
      ),
    });
    this.#chart.measureFont();
    this.#listen();
    this.#show(this.#address.read());
    this.#revealView();
  }

  get view(): ViewState {
    return this.#view;
  }

  get toolbar(): Toolbar {
    return this.#toolbar;
  }

  /** Shows one node in full width. */
  zoomTo(node: number): void {
    if (node === this.#view.node) return;
    const before = this.#view;
    const view = { ...before, node };
    this.#address.push(view, before);
    this.#show(view);
    this.#revealView();
  }

  /** Zooms to the active box. */
  zoomToActive(): void {
    if (this.#active !== undefined) this.#zoomToBox(this.#active);
  }

  /** One level out. */
  zoomOut(): void {
    if (this.#view.node > 0) this.zoomTo(this.#payload.nodes.parent[this.#view.node]!);
  }

  /** The view before. */
  back(): void {
    const view = this.#address.back();
    if (view === undefined) return;
    this.#show(view);
    this.#revealView();
  }

  turn(direction: Direction): void {
    this.#change({ ...this.#view, direction });
    this.#revealView();
  }

  leaveSearch(): void {
    this.#change({ ...this.#view, pattern: "" });
    this.#chart.element.focus({ preventScroll: true });
  }

  /** Moves the active box. */
  step(step: Step): void {
    const from = this.#active?.node ?? this.#view.node;
    const next =
      this.#active === undefined
        ? this.#chart.boxes.find((box) => box.node === this.#view.node)
        : neighbourBox(this.#payload.nodes, this.#chart.boxes, from, step);
    if (next === undefined) return;
    this.#chart.element.focus({ preventScroll: true });
    this.#chart.element.classList.add("keyed");
    this.#activate(next);
    this.#reveal(next.row);
  }

  #listen(): void {
    const chart = this.#chart.element;
    chart.addEventListener("click", (event) => {
      chart.classList.remove("keyed");
      const box = this.#chart.boxAt(event.target);
      if (box !== undefined) this.#zoomToBox(box);
    });
    chart.addEventListener("pointerover", (event) => {
      const box = this.#chart.boxAt(event.target);
      if (box !== undefined) this.#details.show(box, this.#view.node);
    });
    chart.addEventListener("pointerleave", () => this.#describeActive());
    this.#address.onChange((view) => {
      this.#show(view);
      this.#revealView();
    });
    let pending = 0;
    addEventListener("resize", () => {
      cancelAnimationFrame(pending);
      pending = requestAnimationFrame(() => this.#draw());
    });
  }

  /** A change that is no step to come back from. */
  #change(view: ViewState): void {
    this.#address.replace(view);
    this.#show(view);
  }

  #show(view: ViewState): void {
    if (view.pattern !== this.#view.pattern) this.#search = this.#searchFor(view.pattern);
    if (view.widths !== this.#view.widths) this.#widen(view.widths);
    this.#view = view;
    this.#active = undefined;
    this.#draw();
  }

  #widen(widths: Widths): void {
    this.#payload = withWidths(this.#wholePayload, widths);
    this.#chart.payload = this.#payload;
    this.#details.payload = this.#payload;
  }

  #searchFor(pattern: string): SearchResult | undefined {
    if (pattern === "") return undefined;
    return searchNodes(this.#payload.nodes, this.#payload.labels, compilePattern(pattern));
  }

  #draw(): void {
    const summary = this.#chart.draw(this.#view, this.#page.chartWidth, this.#search?.hit);
    this.#hiddenNote.textContent = hiddenText(summary, this.#payload.nodes.total[this.#view.node]!);
    this.#toolbar.show({
      pattern: this.#view.pattern,
      matched: this.#matchedText(),
      direction: this.#view.direction,
      colors: this.#view.colors,
      widths: this.#view.widths,
      zoomed: this.#view.node > 0,
      canGoBack: this.#address.canGoBack,
    });
    this.#legend.replaceChildren(...legendItems(this.#view.colors, this.#payload.paintNames));
    this.#activate(
      this.#active && this.#chart.boxes.find((box) => box.node === this.#active?.node),
    );
    this.#page.place(this.#chart.height);
  }

  #revealView(): void {
    this.#reveal(this.#payload.nodes.depth[this.#view.node]!);
  }

  #reveal(row: number): void {
    this.#page.reveal(this.#chart.rowTop(row));
  }

  #activate(box: Box | undefined): void {
    this.#active = box;
    this.#chart.activate(box);
    this.#describeActive();
  }

  #describeActive(): void {
    const box = this.#active ?? { node: this.#view.node, role: "frame", siblings: 1 };
    this.#details.show(box, this.#view.node);
  }

  /** A gathered box has nothing of its own to show: first its parent, then its largest frame. */
  #zoomToBox(box: Box): void {
    const { parent, subtreeEnd, total } = this.#payload.nodes;
    if (box.role !== "rest") {
      this.zoomTo(box.node);
    } else if (parent[box.node] !== this.#view.node) {
      this.zoomTo(parent[box.node]!);
    } else {
      let largest = box.node;
      let sibling = box.node;
      for (let i = 0; i < box.siblings; i++, sibling = subtreeEnd[sibling]!) {
        if (total[sibling]! > total[largest]!) largest = sibling;
      }
      this.zoomTo(largest);
    }
  }

  #nextMatch(backwards: boolean): void {
    const hit = this.#search?.hit;
    if (hit === undefined) return;
    const found = this.#chart.boxes.filter((box) => hit[box.node] === 1);
    if (found.length === 0) return;
    const at = found.findIndex((box) => box.node === this.#active?.node);
    const step = backwards ? Math.max(at, 0) - 1 : at + 1;
    const next = found[(step + found.length) % found.length]!;
    this.#chart.element.classList.add("keyed");
    this.#activate(next);
    this.#reveal(next.row);
  }

  #matchedText(): string {
    if (this.#search === undefined) return "";
    const { nodes } = this.#payload;
    const weight = matchedWeight(nodes, this.#search.hit, this.#view.node);
    const share = formatPercent(weight, nodes.total[this.#view.node]!);
    return `${formatCounted(this.#search.count, "frame")} · ${share}`;
  }
}

function legendItems(mode: ColorMode, paintNames: readonly string[]): HTMLElement[] {
  if (mode === "module") return [htmlElement("span", {}, moduleColours(paintNames))];
  return legend(mode).map(({ paint, text }) => {
    const swatch = svgElement(
      "svg",
      { width: 11, height: 11, "aria-hidden": "true" },
      svgElement("rect", { class: paint.name, width: 11, height: 11, rx: 2 }),
    );
    return htmlElement("span", {}, swatch, text);
  });
}

function hiddenText(summary: LayoutSummary, all: number): string {
  if (summary.hidden === 0) return "";
  return (
    `${formatCount(summary.hidden)} of ${formatCounted(summary.drawn + summary.hidden, "frame")} are ` +
    `too narrow to draw, ${formatPercent(summary.hiddenWeight, all)} of the view, shown in grey: zoom in to see them.`
  );
}
