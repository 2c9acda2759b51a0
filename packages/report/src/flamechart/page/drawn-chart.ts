// SPDX-License-Identifier: MIT

import { svgElement } from "../../flamegraph/page/elements.ts";
import { CELL_WIDTH, GAP, LABEL_PADDING, MARGIN, MUTED, WIDTH } from "../../flamegraph/theme.ts";
import { fitLabel } from "../../text/fit-label.ts";
import { axisTicks, tickAnchor } from "../axis.ts";
import type { ChartRange } from "../time-range.ts";

const CHART_WIDTH = WIDTH - 2 * MARGIN;
/** Narrower calls are not seen. */
const LEAST_WIDTH = 0.3;

/** A call, or a stretch of a lane: where it is when everything is shown, px. */
interface Extent {
  readonly left: number;
  readonly right: number;
}

interface Call extends Extent {
  readonly element: Element;
  readonly rect: Element;
  readonly name: string;
  readonly textY: number;
  text: Element | undefined;
}

interface Lane {
  readonly path: Element;
  readonly parts: readonly Extent[];
  /** px, as the path has them. */
  readonly top: string;
  readonly height: string;
}

/** The chart as it stands in the document, which can be drawn anew for a part of its time. */
export class DrawnChart {
  readonly all: ChartRange;
  readonly #axis: Element;
  readonly #calls: readonly Call[];
  readonly #lanes: readonly Lane[];

  constructor(picture: SVGSVGElement, axis: Element) {
    this.#axis = axis;
    this.all = { fromNanos: numberOf(axis, "data-from"), toNanos: numberOf(axis, "data-to") };
    this.#calls = Array.from(picture.querySelectorAll(".calls > g"), callOf);
    this.#lanes = Array.from(picture.querySelectorAll("path[class^='lane-']"), laneOf);
  }

  get top(): number {
    return numberOf(this.#axis, "data-top");
  }

  get bottom(): number {
    return numberOf(this.#axis, "data-bottom");
  }

  /** The time of the call that an event happened on, as it was drawn at first. */
  timeOf(target: EventTarget | null): ChartRange | undefined {
    const element = target instanceof Element ? target.closest(".calls > g") : null;
    const call = this.#calls.find((each) => each.element === element);
    if (call === undefined) return undefined;
    const nanos = (this.all.toNanos - this.all.fromNanos) / CHART_WIDTH;
    const at = (place: number): number => this.all.fromNanos + place * nanos;
    return { fromNanos: at(call.left), toNanos: at(call.right) };
  }

  draw(range: ChartRange): void {
    const length = this.all.toNanos - this.all.fromNanos;
    const scale = length / (range.toNanos - range.fromNanos);
    const offset = ((range.fromNanos - this.all.fromNanos) / length) * CHART_WIDTH;
    const shown = ({ left, right }: Extent): Extent => ({
      left: Math.max((left - offset) * scale, 0),
      right: Math.min((right - offset) * scale, CHART_WIDTH),
    });
    for (const call of this.#calls) drawCall(call, shown(call));
    for (const lane of this.#lanes) drawLane(lane, lane.parts.map(shown));
    this.#drawAxis(range);
  }

  #drawAxis({ fromNanos, toNanos }: ChartRange): void {
    const ticks = axisTicks(fromNanos, toNanos).flatMap((tick) => {
      const x = (MARGIN + CHART_WIDTH * tick.place).toFixed(2);
      const line = {
        class: "grid",
        stroke: MUTED,
        "stroke-opacity": ".25",
        d: `M${x} ${this.top}V${this.bottom}`,
      };
      const text = {
        class: "muted",
        x,
        y: this.bottom + 15,
        "font-size": 11,
        "text-anchor": tickAnchor(tick),
        fill: MUTED,
      };
      return [svgElement("path", line), svgElement("text", text, tick.text)];
    });
    this.#axis.replaceChildren(...ticks);
  }
}

/** `undefined`: nothing was recorded. */
export function drawnChart(picture: SVGSVGElement): DrawnChart | undefined {
  const axis = picture.querySelector(".axis");
  if (axis === null || !(numberOf(axis, "data-to") > numberOf(axis, "data-from"))) return undefined;
  return new DrawnChart(picture, axis);
}

function callOf(element: Element): Call {
  const rect = element.querySelector("rect")!;
  const [left, width] = [numberOf(rect, "x"), numberOf(rect, "width")];
  // The gap to the next box was taken from it.
  const right = left + (width >= 4 * GAP ? width + GAP : width / 0.8);
  const title = element.querySelector("title")?.textContent ?? "";
  // "name (file:line)", and its time on the next line.
  const name = title.split("\n")[0]!.replace(/ \([^()]*\)$/, "");
  const text = element.querySelector("text") ?? undefined;
  return { element, rect, left, right, name, textY: numberOf(rect, "y") + 13, text };
}

function drawCall(call: Call, { left, right }: Extent): void {
  const { element, rect } = call;
  const width = right - left;
  element.setAttribute("display", width < LEAST_WIDTH ? "none" : "inline");
  if (width < LEAST_WIDTH) return;
  rect.setAttribute("x", left.toFixed(2));
  rect.setAttribute("width", (width - Math.min(GAP, width * 0.2)).toFixed(2));
  const cells = Math.floor((width - 2 * LABEL_PADDING) / CELL_WIDTH);
  const { name } = fitLabel(call.name, "", cells);
  if (name === "" && call.text === undefined) return;
  if (call.text === undefined) {
    call.text = svgElement("text", { y: call.textY });
    element.append(call.text);
  }
  call.text.textContent = name;
  call.text.setAttribute("x", (left + LABEL_PADDING).toFixed(2));
}

function laneOf(path: Element): Lane {
  const d = path.getAttribute("d") ?? "";
  const [, top = "0", height = "0"] = /^M[\d.]+ ([\d.]+)h[\d.]+v([\d.]+)/.exec(d) ?? [];
  const parts = [...d.matchAll(/M([\d.]+) [\d.]+h([\d.]+)/g)].map(([, left, width]) => ({
    left: Number(left),
    right: Number(left) + Number(width),
  }));
  return { path, parts, top, height };
}

function drawLane({ path, top, height }: Lane, parts: readonly Extent[]): void {
  const d = parts
    .filter(({ left, right }) => right > left)
    .map(({ left, right }) => {
      const x = left.toFixed(2);
      return `M${x} ${top}h${(right - left).toFixed(2)}v${height}H${x}z`;
    });
  path.setAttribute("d", d.join(""));
}

function numberOf(element: Element, name: string): number {
  return Number(element.getAttribute(name));
}
