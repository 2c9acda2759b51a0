// SPDX-License-Identifier: MIT

import { ACTIVITIES, type Activity, type ThreadStrips, type TimeRange } from "@pyspy/analyze";
import { TEXT_FONT } from "../../flamegraph/theme.ts";
import { resized, themeColor } from "./canvas.ts";
import { make } from "./dom.ts";
import type { TimelineRow } from "./timeline-rows.ts";

const ROW = 20;
const STRIP = 15;
const AXIS = 22;
const NAMES = 190;
/** What opens and closes the rows of a process. */
const MARK = 16;
/** On a phone names lie over the strips. */
const NARROW = 600;
const FONT = `12px ${TEXT_FONT}`;
/** From the strip's foot up. */
const STACKED: readonly Activity[] = ["gil", "wait", "run"];
/** Distances of marks on the axis, in seconds. */
const ROUND_STEPS = [1, 2, 5]
  .flatMap((step) => Array.from({ length: 12 }, (_, power) => step * 10 ** (power - 6)))
  .sort((a, b) => a - b);

/** What is to be drawn. */
export interface StripPaint {
  readonly scrollTop: number;
  readonly height: number;
  /** The stretch of time that counts; `undefined`: all. */
  readonly range: TimeRange | undefined;
  readonly isKept: (row: TimelineRow) => boolean;
  readonly isOpen: (row: TimelineRow) => boolean | undefined;
}

type Point = Pick<MouseEvent, "clientX" | "clientY">;

/** Rows of strips under an axis that stays, of which those in sight are drawn. */
export class TimelineCanvas {
  readonly element: HTMLCanvasElement = make("canvas", { class: "strips" });
  readonly #strips: ThreadStrips;
  #rows: readonly TimelineRow[] = [];
  #left = NAMES;
  #width = 0;
  #scrollTop = 0;

  constructor(strips: ThreadStrips) {
    this.#strips = strips;
  }

  /** Shows these rows from now on; returns the height of all of them with the axis. */
  setRows(rows: readonly TimelineRow[]): number {
    this.#rows = rows;
    return AXIS + rows.length * ROW + 2;
  }

  /** The time under a point; `undefined`: it is left of the strips, unless the nearest will do. */
  timeAt({ clientX }: Point, nearest = false): number | undefined {
    const { fromNanos, toNanos } = this.#strips;
    const x = clientX - this.element.getBoundingClientRect().left - this.#left;
    if (!nearest && x < 0) return undefined;
    const share = Math.min(Math.max(x / Math.max(this.#width - this.#left, 1), 0), 1);
    return fromNanos + share * (toNanos - fromNanos);
  }

  /** The row under a point. */
  rowAt({ clientY }: Point): TimelineRow | undefined {
    const y = clientY - this.element.getBoundingClientRect().top - AXIS;
    const row = Math.floor((y + this.#scrollTop) / ROW);
    return y >= 0 ? this.#rows[row] : undefined;
  }

  /** Whether a point is on the mark that opens and closes a process. */
  isOnMark({ clientX }: Point): boolean {
    return clientX - this.element.getBoundingClientRect().left < MARK;
  }

  draw({ scrollTop, height, range, isKept, isOpen }: StripPaint): void {
    this.#scrollTop = scrollTop;
    this.#width = this.element.clientWidth;
    this.#left = this.#width < NARROW ? 0 : NAMES;
    const context = resized(this.element, this.#width, height);
    context.font = FONT;
    const colors = Object.fromEntries(
      ACTIVITIES.map((activity) => [activity, themeColor(`--${activity}`)]),
    ) as Record<Activity, string>;
    const first = Math.floor(scrollTop / ROW);
    const last = Math.min(this.#rows.length, Math.ceil((scrollTop + height) / ROW));
    for (let at = first; at < last; at++) {
      const row = this.#rows[at]!;
      const top = AXIS + at * ROW - scrollTop;
      context.globalAlpha = isKept(row) ? 1 : 0.3;
      this.#strip(context, row, top, colors);
      const open = isOpen(row);
      const mark = open === undefined ? "" : open ? "▾ " : "▸ ";
      this.#name(context, mark, row.name, top);
    }
    context.globalAlpha = 1;
    this.#axis(context);
    if (range !== undefined) this.#shade(context, range, height);
  }

  #x(nanos: number): number {
    const { fromNanos, toNanos } = this.#strips;
    const share = (nanos - fromNanos) / (toNanos - fromNanos);
    return this.#left + share * (this.#width - this.#left);
  }

  #strip(
    context: CanvasRenderingContext2D,
    { nanos }: TimelineRow,
    top: number,
    colors: Readonly<Record<Activity, string>>,
  ): void {
    const { steps, fromNanos, toNanos } = this.#strips;
    const stepNanos = (toNanos - fromNanos) / steps;
    const width = (this.#width - this.#left) / steps;
    for (let step = 0; step < steps; step++) {
      if (ACTIVITIES.every((activity) => nanos[activity][step] === 0)) continue;
      const left = this.#left + step * width;
      context.fillStyle = colors.idle;
      context.fillRect(left, top, width + 0.5, STRIP);
      let foot = top + STRIP;
      for (const activity of STACKED) {
        const part = Math.min(1, nanos[activity][step]! / stepNanos) * STRIP;
        if (part === 0) continue;
        context.fillStyle = colors[activity];
        context.fillRect(left, foot - part, width + 0.5, part);
        foot -= part;
      }
    }
  }

  #name(context: CanvasRenderingContext2D, mark: string, name: string, top: number): void {
    context.fillStyle = themeColor("--ink");
    const room = this.#left === 0 ? this.#width : NAMES - 14;
    const fitting = (text: string, width: number): string => {
      let shown = text;
      while (shown.length > 4 && context.measureText(shown).width > width) {
        shown = `${shown.slice(0, -2)}…`;
      }
      return shown;
    };
    const shown = fitting(`${this.#left === 0 ? mark : ""}${name}`, room);
    if (this.#left > 0 && mark !== "") {
      context.font = `600 ${FONT}`;
      context.fillText(mark, 0, top + 12);
      context.font = FONT;
      context.fillText(fitting(name, NAMES - MARK - 10), MARK, top + 12);
      return;
    }
    if (this.#left > 0) {
      context.textAlign = "right";
      context.fillText(shown, NAMES - 10, top + 12);
      context.textAlign = "left";
      return;
    }
    const { width } = context.measureText(shown);
    const ink = context.fillStyle;
    context.fillStyle = themeColor("--paper");
    context.globalAlpha = 0.8;
    context.fillRect(0, top, width + 8, STRIP);
    context.globalAlpha = 1;
    context.fillStyle = ink;
    context.fillText(shown, 4, top + 12);
  }

  #axis(context: CanvasRenderingContext2D): void {
    const { fromNanos, toNanos } = this.#strips;
    context.fillStyle = themeColor("--paper");
    context.fillRect(0, 0, this.#width, AXIS - 2);
    const seconds = (toNanos - fromNanos) / 1e9;
    const least = (seconds * 80) / Math.max(this.#width - this.#left, 1);
    const step = ROUND_STEPS.find((each) => each >= least) ?? seconds;
    context.fillStyle = themeColor("--muted");
    for (let count = 0; count * step <= seconds * 1.0001; count++) {
      const text = `${Number((count * step).toFixed(6))} s`;
      const x = this.#x(fromNanos + count * step * 1e9);
      const { width } = context.measureText(text);
      context.fillText(
        text,
        Math.min(Math.max(x - width / 2, this.#left), this.#width - width),
        13,
      );
      context.fillRect(Math.min(x, this.#width - 1), AXIS - 5, 1, 3);
    }
  }

  /** What does not count lies in a haze. */
  #shade(context: CanvasRenderingContext2D, range: TimeRange, height: number): void {
    const [from, to] = [this.#x(range.fromNanos), this.#x(range.toNanos)].map((x) =>
      Math.min(Math.max(x, this.#left), this.#width),
    ) as [number, number];
    context.fillStyle = themeColor("--paper");
    context.globalAlpha = 0.72;
    context.fillRect(this.#left, AXIS - 2, from - this.#left, height);
    context.fillRect(to, AXIS - 2, this.#width - to, height);
    context.globalAlpha = 1;
    context.fillStyle = themeColor("--accent");
    context.fillRect(from - 1, AXIS - 6, 2, height);
    context.fillRect(to - 1, AXIS - 6, 2, height);
  }
}
