// SPDX-License-Identifier: MIT

import { svgElement } from "../../flamegraph/page/elements.ts";
import { MARGIN, MUTED, WIDTH } from "../../flamegraph/theme.ts";
import { type ChartRange, hashToRange, moved, rangeToHash, scaled, within } from "../time-range.ts";
import type { DrawnChart } from "./drawn-chart.ts";

const HELP =
  "Drag over a stretch of time, or click a call, to look closer; arrows move, + and - zoom, Home shows all.";
/** Less is a click that slipped. */
const LEAST_DRAG = 4;

/** The part of the time that is shown: chosen by mouse or keys, kept in the address. */
export class TimeViewer {
  readonly #picture: SVGSVGElement;
  readonly #chart: DrawnChart;
  readonly #picked: SVGRectElement;
  readonly #all: SVGTextElement;
  #range: ChartRange;
  /** Where a drag began, px in the picture. */
  #dragFrom: number | undefined;
  /** A drag ends with a click, which is not meant. */
  #dragged = false;

  constructor(picture: SVGSVGElement, chart: DrawnChart) {
    this.#picture = picture;
    this.#chart = chart;
    this.#range = chart.all;
    this.#picked = svgElement("rect", {
      class: "picked",
      y: chart.top,
      height: chart.bottom - chart.top,
      display: "none",
    });
    this.#all = svgElement(
      "text",
      {
        class: "all",
        x: WIDTH - MARGIN,
        y: 32,
        "font-size": 13,
        "text-anchor": "end",
        role: "button",
        tabindex: 0,
        display: "none",
      },
      "Show all",
    );
    const help = {
      class: "muted",
      x: WIDTH - MARGIN,
      y: chart.bottom + 32,
      "font-size": 12,
      "text-anchor": "end",
      fill: MUTED,
    };
    picture.append(this.#picked, this.#all, svgElement("text", help, HELP));
    picture.classList.add("live");
    picture.setAttribute("role", "group");
    this.#listen();
    this.#show(hashToRange(location.hash, chart.all));
  }

  #listen(): void {
    const picture = this.#picture;
    picture.addEventListener("pointerdown", (event) => this.#begin(event));
    picture.addEventListener("pointermove", (event) => this.#drag(event));
    picture.addEventListener("pointerup", (event) => this.#end(event));
    picture.addEventListener("pointercancel", () => this.#drop());
    picture.addEventListener("click", (event) => this.#click(event));
    addEventListener("keydown", (event) => this.#key(event));
    addEventListener("popstate", () => {
      this.#show(hashToRange(location.hash, this.#chart.all));
    });
  }

  #go(wanted: ChartRange): void {
    const range = within(wanted, this.#chart.all);
    const { fromNanos, toNanos } = this.#range;
    if (range.fromNanos === fromNanos && range.toNanos === toNanos) return;
    try {
      // An entry of the browser's history: its own Back works.
      const address = rangeToHash(range, this.#chart.all) || location.href.replace(/#.*$/s, "");
      history.pushState(null, "", address);
    } catch {
      // A sandboxed frame may not: there is no way back then but Home.
    }
    this.#show(range);
  }

  #show(range: ChartRange): void {
    const { all } = this.#chart;
    this.#range = range;
    this.#chart.draw(range);
    const isAll = range.fromNanos <= all.fromNanos && range.toNanos >= all.toNanos;
    this.#all.setAttribute("display", isAll ? "none" : "inline");
  }

  #begin(event: PointerEvent): void {
    const { x, y } = this.#placeOf(event);
    const inside = x >= MARGIN && x <= WIDTH - MARGIN && y > this.#chart.top;
    if (event.button === 0 && inside && y < this.#chart.bottom) this.#dragFrom = x;
    this.#dragged = false;
  }

  #drag(event: PointerEvent): void {
    if (this.#dragFrom === undefined) return;
    const { x } = this.#placeOf(event);
    if (Math.abs(x - this.#dragFrom) < LEAST_DRAG) return;
    const [from, to] = this.#between(this.#dragFrom, x);
    this.#picked.setAttribute("x", String(from));
    this.#picked.setAttribute("width", String(to - from));
    this.#picked.setAttribute("display", "inline");
  }

  #end(event: PointerEvent): void {
    const start = this.#dragFrom;
    this.#drop();
    const { x } = this.#placeOf(event);
    if (start === undefined || Math.abs(x - start) < LEAST_DRAG) return;
    this.#dragged = true;
    const [from, to] = this.#between(start, x);
    this.#go({ fromNanos: this.#timeAt(from), toNanos: this.#timeAt(to) });
  }

  #drop(): void {
    this.#dragFrom = undefined;
    this.#picked.setAttribute("display", "none");
  }

  #click({ target }: MouseEvent): void {
    if (this.#dragged) return;
    const time = target === this.#all ? this.#chart.all : this.#chart.timeOf(target);
    if (time !== undefined) this.#go(time);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const range = this.#rangeOfKey(event.key, event.target === this.#all);
    if (range === undefined) return;
    event.preventDefault();
    this.#go(range);
  }

  #rangeOfKey(key: string, onButton: boolean): ChartRange | undefined {
    switch (key) {
      case "ArrowLeft":
        return moved(this.#range, -0.25);
      case "ArrowRight":
        return moved(this.#range, 0.25);
      case "+":
      case "=":
        return scaled(this.#range, 0.5);
      case "-":
        return scaled(this.#range, 2);
      case "Home":
        return this.#chart.all;
      case "Enter":
        return onButton ? this.#chart.all : undefined;
      default:
        return undefined;
    }
  }

  /** In the picture's own px. */
  #placeOf({ clientX, clientY }: MouseEvent): DOMPoint {
    const matrix = this.#picture.getScreenCTM();
    return new DOMPoint(clientX, clientY).matrixTransform(matrix?.inverse());
  }

  #between(a: number, b: number): [from: number, to: number] {
    const inside = (x: number): number => Math.min(Math.max(x, MARGIN), WIDTH - MARGIN);
    return [inside(Math.min(a, b)), inside(Math.max(a, b))];
  }

  #timeAt(x: number): number {
    const { fromNanos, toNanos } = this.#range;
    return fromNanos + ((x - MARGIN) / (WIDTH - 2 * MARGIN)) * (toNanos - fromNanos);
  }
}
