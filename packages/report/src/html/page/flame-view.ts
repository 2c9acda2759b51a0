// SPDX-License-Identifier: MIT

import { type CallTree, calleesOf, callersOf, invertTree } from "@pyspy/analyze";
import { MODULE_COLOURS } from "../../flamegraph/color-mode.ts";
import { describeNode } from "../../flamegraph/describe-node.ts";
import type { LayoutSummary } from "../../flamegraph/layout.ts";
import { neighbourBox } from "../../flamegraph/neighbour-box.ts";
import { stepOf } from "../../flamegraph/page/keyboard.ts";
import { compilePattern, matchedWeight, searchNodes } from "../../flamegraph/search.ts";
import { pruningNotes } from "../../flamegraph/static-boxes.ts";
import { formatCounted, formatPercent } from "../../text/format-number.ts";
import { describeUnit } from "../../text/format-weight.ts";
import { isCode } from "../../text/frame-text.ts";
import { make } from "./dom.ts";
import { FlameCanvas } from "./flame-canvas.ts";
import { type FlameModel, flameModel } from "./flame-model.ts";
import { FlameTools } from "./flame-tools.ts";
import { labelKey } from "./label-key.ts";
import type { FlameOrder, PageState } from "./page-state.ts";

/** What a person does to the flame graph. */
export interface FlameActions {
  zoom(node: number): void;
  search(pattern: string): void;
  order(order: FlameOrder): void;
  /** Asks for the callers and callees of a function, by its label's key. */
  subject(key: string): void;
}

type View = Pick<PageState, "order" | "zoom" | "search" | "subject">;

/** A canvas with the tree that it shows. */
interface Pane {
  readonly canvas: FlameCanvas;
  readonly upwards: boolean;
  model: FlameModel | undefined;
  active: number;
}

/** The flame graph, its controls, and what is said about the box under the pointer. */
export class FlameView {
  readonly element: HTMLElement;
  readonly #actions: FlameActions;
  readonly #tools: FlameTools;
  readonly #details = make("p", { class: "details", role: "status" });
  readonly #note = make("p", { class: "note" });
  /** Callers above their function, in a sandwich. */
  readonly #upper: Pane = pane("Callers", true);
  readonly #lower: Pane = pane("Flame graph", false);
  #tree: CallTree | undefined;
  /** What the panes show now: trees are made anew only for another one. */
  #shown: readonly unknown[] = [];
  #view: View | undefined;

  constructor(actions: FlameActions) {
    this.#actions = actions;
    this.#tools = new FlameTools(actions);
    this.element = make(
      "div",
      { class: "live" },
      this.#tools.element,
      this.#details,
      this.#upper.canvas.element,
      this.#lower.canvas.element,
      this.#note,
    );
    for (const each of [this.#upper, this.#lower]) this.#listen(each);
    new ResizeObserver(() => this.#draw()).observe(this.element);
  }

  show(tree: CallTree, view: View): void {
    this.#tree = tree;
    this.#view = view;
    const wanted = [tree, view.order, view.order === "sandwich" ? view.subject : ""];
    if (wanted.some((each, at) => each !== this.#shown[at])) {
      this.#shown = wanted;
      this.#makeModels(tree, view);
    }
    this.#draw();
  }

  /** Draws once more: colours have changed. */
  redraw(): void {
    this.#draw();
  }

  focusSearch(): void {
    this.#tools.focusSearch();
  }

  #makeModels(tree: CallTree, { order, subject }: View): void {
    const label = tree.labels.findIndex((each) => labelKey(each) === subject);
    const isSandwich = order === "sandwich" && label >= 0;
    this.#upper.model = isSandwich ? flameModel(callersOf(tree, label)) : undefined;
    const lower = isSandwich
      ? calleesOf(tree, label)
      : order === "leaves"
        ? invertTree(tree)
        : tree;
    this.#lower.model = flameModel(lower);
    for (const each of [this.#upper, this.#lower]) {
      each.active = -1;
      each.canvas.element.hidden = each.model === undefined;
    }
  }

  #draw(): void {
    const [view, tree] = [this.#view, this.#tree];
    if (view === undefined || tree === undefined) return;
    const isSandwich = this.#upper.model !== undefined;
    let summary: LayoutSummary | undefined;
    let matched = "";
    for (const { canvas, model, upwards, active } of [this.#upper, this.#lower]) {
      if (model === undefined) continue;
      const { nodes, labels } = model;
      const first = isSandwich ? Math.min(1, nodes.length - 1) : 0;
      const zoom = !isSandwich && view.zoom < nodes.length ? view.zoom : first;
      const found =
        view.search === "" ? undefined : searchNodes(nodes, labels, compilePattern(view.search));
      summary = canvas.draw(model, {
        zoom,
        upwards,
        rootless: isSandwich,
        hit: found?.hit,
        active,
      });
      if (found === undefined || upwards) continue;
      const weight = matchedWeight(nodes, found.hit, zoom);
      matched = `${formatCounted(found.count, "frame")} · ${formatPercent(weight, nodes.total[zoom]!)}`;
    }
    this.#tools.show({ ...view, matched, zoomed: !isSandwich && view.zoom > 0 });
    this.#tellNote(tree, view, summary);
    if (this.#details.textContent === "") this.#tell(this.#lower, isSandwich ? 1 : view.zoom);
  }

  #tellNote(tree: CallTree, { order }: View, summary: LayoutSummary | undefined): void {
    const arranged: Record<FlameOrder, string> = {
      callers: "callers above what they call",
      leaves: "functions by their own time above their callers",
      sandwich: "callers above the function, what it calls below; recursive calls count once",
    };
    const pruned = summary === undefined ? [] : pruningNotes(summary, tree.total[0]!);
    const widths = `Widths are ${describeUnit(tree.unit)}; ${arranged[order]}. ${MODULE_COLOURS}`;
    const keys =
      "Click zooms in, Backspace out; S shows callers and callees; / searches; arrow keys walk.";
    this.#note.textContent = [widths, ...pruned, keys].join(" ");
  }

  /** Says what there is to say about a box. */
  #tell({ model }: Pane, node: number): void {
    if (model === undefined || node < 0 || node >= model.nodes.length) return;
    const { name, place, numbers } = describeNode(model, node, this.#view?.zoom);
    const parts = [place, ...numbers].filter((part) => part !== "");
    this.#details.replaceChildren(make("b", {}, name), ` ${parts.join(" · ")}`);
  }

  #listen(each: Pane): void {
    const { element } = each.canvas;
    element.addEventListener("pointermove", (event) => {
      const box = each.canvas.boxAt(event);
      element.classList.toggle("over", box !== undefined);
      if (box !== undefined) this.#tell(each, box.node);
    });
    element.addEventListener("click", (event) => {
      const box = each.canvas.boxAt(event);
      if (box !== undefined) this.#choose(each, box.node, event.shiftKey);
    });
    element.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (this.#press(each, event.key)) event.preventDefault();
    });
  }

  /** Zooms to a box; in a sandwich, and with Shift, its function becomes the subject. */
  #choose(each: Pane, node: number, sandwich: boolean): void {
    if (sandwich || this.#upper.model !== undefined) this.#ask(each, node);
    else this.#actions.zoom(node);
  }

  #ask({ model }: Pane, node: number): void {
    const label = model?.tree.labels[model.tree.label[node]!];
    if (label !== undefined && isCode(label)) this.#actions.subject(labelKey(label));
  }

  #press(each: Pane, key: string): boolean {
    const { model, canvas } = each;
    if (model === undefined) return false;
    const step = stepOf(key, each.upwards);
    if (step !== undefined) {
      const from = each.active >= 0 ? each.active : (this.#view?.zoom ?? 0);
      const next = neighbourBox(model.nodes, canvas.boxes, from, step);
      if (next !== undefined) each.active = next.node;
      this.#draw();
      this.#tell(each, each.active);
    } else if (key === "Enter" && each.active >= 0) this.#choose(each, each.active, false);
    else if (key === "s" && each.active >= 0) this.#ask(each, each.active);
    else if (key === "Backspace")
      this.#actions.zoom(Math.max(model.nodes.parent[this.#view!.zoom]!, 0));
    else if (key === "Home") this.#actions.zoom(0);
    else return false;
    return true;
  }
}

function pane(label: string, upwards: boolean): Pane {
  return { canvas: new FlameCanvas(label), upwards, model: undefined, active: -1 };
}
