// SPDX-License-Identifier: MIT

import {
  type Activity,
  buildThreadStrips,
  type Profile,
  selectAll,
  type ThreadStrips,
  type TimeRange,
} from "@pyspy/analyze";
import { formatPercent } from "../../text/format-number.ts";
import { formatOffset } from "../../text/format-time.ts";
import { recordedSpan } from "../../timeline/recorded-span.ts";
import { onThemeChange } from "./canvas.ts";
import { button, make } from "./dom.ts";
import { type StripPaint, TimelineCanvas } from "./timeline-canvas.ts";
import { type TimelineRow, TimelineRows } from "./timeline-rows.ts";

/** As fine as a wide screen shows it. */
const STEPS = 800;
const MOST_HEIGHT = 400;

export interface TimelineActions {
  /** Only this time counts from now on, or all of it; while the pointer still moves: `settled` is false. */
  brush(range: TimeRange | undefined, settled: boolean): void;
  /** Only this thread counts, or all do; an index in `profile.threads`. */
  thread(index: number): void;
  /** Only this process counts, or all do; an index in `profile.processes`. */
  process(index: number): void;
}

/**
 * What every thread did over time, with a brush: dragging chooses a stretch of time, a click gives it up, a click on
 * a name chooses the thread, or the process; the mark before it opens and closes the process.
 */
export class TimelineView {
  readonly element: HTMLElement;
  readonly #strips: ThreadStrips;
  readonly #canvas: TimelineCanvas;
  readonly #scroller: HTMLElement;
  readonly #details = make("p", { class: "details", role: "status" });
  readonly #actions: TimelineActions;
  readonly #rows: TimelineRows;
  readonly #fold: HTMLButtonElement;
  #range: TimeRange | undefined;
  #kept: ReadonlySet<number> | undefined;
  #keptProcesses: ReadonlySet<number> = new Set();
  readonly #processOf: (thread: number) => number;
  #dragFrom: number | undefined;

  constructor(profile: Profile, actions: TimelineActions) {
    this.#actions = actions;
    this.#processOf = (thread) => profile.threads[thread]!.process;
    const { lengthNanos, startRealtimeNanos } = recordedSpan(profile);
    const fromNanos = Number(startRealtimeNanos - profile.originRealtimeNanos);
    this.#strips = buildThreadStrips(selectAll(profile), {
      fromNanos,
      toNanos: fromNanos + lengthNanos,
      steps: STEPS,
    });
    this.#rows = new TimelineRows(profile, this.#strips);
    this.#canvas = new TimelineCanvas(this.#strips);
    this.#scroller = make(
      "div",
      {
        class: "timeline",
        tabindex: 0,
        role: "group",
        "aria-label": "Timeline: arrow keys move the chosen time, with Shift its end",
      },
      this.#canvas.element,
      make("div", { class: "spacer" }),
    );
    this.#fold = button("", { class: "fold", hidden: !this.#rows.foldable }, () => {
      this.#rows.openAll(!this.#rows.allOpen);
      this.#layOut();
    });
    this.element = make("div", { class: "live" }, this.#fold, this.#scroller, this.#details);
    this.#layOut();
    this.#listen();
    new ResizeObserver(() => this.#draw()).observe(this.#scroller);
    onThemeChange(() => this.#draw());
  }

  /** Marks what of the recording is looked at. */
  show(range: TimeRange | undefined, kept: ReadonlySet<number> | undefined): void {
    this.#range = range;
    this.#kept = kept;
    this.#keptProcesses = new Set([...(kept ?? [])].map(this.#processOf));
    this.#draw();
    if (this.#details.textContent === "") {
      this.#details.textContent =
        "Drag over the timeline to look at a stretch of time; click a name to look at one thread.";
    }
  }

  /** Takes the rows that are open now. */
  #layOut(): void {
    const full = this.#canvas.setRows(this.#rows.shown);
    const height = Math.min(full, MOST_HEIGHT);
    this.#scroller.style.height = `${height}px`;
    (this.#scroller.lastElementChild as HTMLElement).style.height = `${full - height}px`;
    this.#fold.textContent = this.#rows.allOpen ? "Processes only" : "Threads of all processes";
    this.#draw();
  }

  #isKept({ thread, process }: TimelineRow): boolean {
    const kept = this.#kept;
    if (kept === undefined) return true;
    if (thread !== undefined) return kept.has(thread);
    return this.#keptProcesses.has(process);
  }

  #draw(): void {
    const paint: StripPaint = {
      scrollTop: this.#scroller.scrollTop,
      height: this.#scroller.clientHeight,
      range: this.#range,
      isKept: (row) => this.#isKept(row),
      isOpen: (row) => this.#rows.isOpen(row),
    };
    this.#canvas.draw(paint);
  }

  #listen(): void {
    const { element } = this.#canvas;
    this.#scroller.addEventListener("scroll", () => this.#draw());
    element.addEventListener("pointerdown", (event) => {
      const at = this.#canvas.timeAt(event);
      if (event.button !== 0 || at === undefined) return;
      element.setPointerCapture(event.pointerId);
      this.#dragFrom = at;
    });
    element.addEventListener("pointermove", (event) => {
      if (this.#dragFrom === undefined) this.#tell(event);
      else this.#brush(event, false);
    });
    element.addEventListener("pointerup", (event) => {
      if (this.#dragFrom !== undefined) this.#brush(event, true);
      else this.#chooseRow(event);
      this.#dragFrom = undefined;
    });
    element.addEventListener("pointercancel", () => {
      this.#dragFrom = undefined;
    });
    this.#scroller.addEventListener("keydown", (event) => {
      if (this.#press(event)) event.preventDefault();
    });
  }

  #brush(event: PointerEvent, settled: boolean): void {
    const from = this.#dragFrom!;
    const to = this.#canvas.timeAt(event, true)!;
    const isClick = Math.abs(to - from) < (this.#strips.toNanos - this.#strips.fromNanos) / STEPS;
    if (isClick && !settled) return;
    const range = { fromNanos: Math.min(from, to), toNanos: Math.max(from, to) };
    this.#actions.brush(isClick ? undefined : range, settled);
  }

  #chooseRow(event: PointerEvent): void {
    const row = this.#canvas.rowAt(event);
    if (row === undefined) return;
    if (row.thread !== undefined) this.#actions.thread(row.thread);
    else if (row.threads === 1 || !this.#canvas.isOnMark(event)) this.#actions.process(row.process);
    else {
      this.#rows.toggle(row);
      this.#layOut();
    }
  }

  /** Moves the chosen stretch by a fiftieth of all; with Shift, its end alone. */
  #press({ key, shiftKey }: KeyboardEvent): boolean {
    const { fromNanos, toNanos } = this.#strips;
    const step = (toNanos - fromNanos) / 50;
    const by = key === "ArrowLeft" ? -step : key === "ArrowRight" ? step : 0;
    if (key === "Escape") this.#actions.brush(undefined, true);
    if (by === 0) return key === "Escape";
    const range = this.#range ?? { fromNanos, toNanos: fromNanos + 5 * step };
    const clamp = (nanos: number): number => Math.min(Math.max(nanos, fromNanos), toNanos);
    const from = shiftKey ? range.fromNanos : clamp(range.fromNanos + by);
    const to = clamp(range.toNanos + by);
    if (to - from >= step / 2) this.#actions.brush({ fromNanos: from, toNanos: to }, true);
    return true;
  }

  /** Says what a thread did about where the pointer is. */
  #tell(event: PointerEvent): void {
    const row = this.#canvas.rowAt(event);
    const at = this.#canvas.timeAt(event);
    if (row === undefined) return;
    const { steps, fromNanos, toNanos } = this.#strips;
    const name = make("b", {}, row.name);
    if (at === undefined) {
      const what = row.thread === undefined ? "process" : "thread";
      this.#details.replaceChildren(name, ` click: only this ${what}`);
      return;
    }
    const step = Math.min(
      steps - 1,
      Math.floor(((at - fromNanos) / (toNanos - fromNanos)) * steps),
    );
    const of = (activity: Activity): number => row.nanos[activity][step]!;
    const whole = of("gil") + of("wait") + of("run") + of("idle");
    const words: readonly (readonly [Activity, string])[] = [
      ["gil", "with the GIL"],
      ["wait", "waiting for it"],
      ["run", "running without it"],
      ["idle", "idle"],
    ];
    const parts = words.map(([activity, word]) => `${formatPercent(of(activity), whole)} ${word}`);
    const text = whole > 0 ? parts.join(" · ") : "not seen";
    this.#details.replaceChildren(name, ` at ${formatOffset(at - fromNanos)}: ${text}`);
  }
}
