// SPDX-License-Identifier: MIT

import { button, make } from "./dom.ts";
import type { FlameOrder } from "./page-state.ts";

const ORDERS: readonly (readonly [FlameOrder, string, string])[] = [
  ["callers", "From callers", "Callers above what they call"],
  ["leaves", "From leaves", "Functions by their own time, their callers below"],
  ["sandwich", "Around one function", "Its callers above, what it calls below"],
];

interface ToolActions {
  zoom(node: number): void;
  search(pattern: string): void;
  order(order: FlameOrder): void;
}

/** The controls of the flame graph: how it stands, search, out of the zoom. */
export class FlameTools {
  readonly element: HTMLElement;
  readonly #orders: ReadonlyMap<FlameOrder, HTMLButtonElement>;
  readonly #field: HTMLInputElement;
  readonly #matched = make("span", { class: "matched", role: "status" });
  readonly #out: HTMLButtonElement;

  constructor(actions: ToolActions) {
    this.#orders = new Map(
      ORDERS.map(([order, text, title]) => [
        order,
        button(text, { title }, () => actions.order(order)),
      ]),
    );
    this.#field = make("input", {
      type: "search",
      placeholder: "Search",
      "aria-label": "Search the flame graph, a regular expression",
      autocomplete: "off",
      spellcheck: "false",
    });
    this.#field.addEventListener("input", () => actions.search(this.#field.value));
    this.#out = button("Whole picture", { title: "Out of the zoom (Home)" }, () => actions.zoom(0));
    this.element = make(
      "div",
      { class: "tools" },
      make(
        "div",
        { class: "switch", role: "group", "aria-label": "Order" },
        ...this.#orders.values(),
      ),
      this.#out,
      make("span", { class: "grow" }),
      this.#matched,
      this.#field,
    );
  }

  focusSearch(): void {
    this.#field.focus();
    this.#field.select();
  }

  show(state: { order: FlameOrder; search: string; matched: string; zoomed: boolean }): void {
    for (const [order, each] of this.#orders) {
      each.setAttribute("aria-pressed", String(order === state.order));
    }
    if (this.#field.value !== state.search) this.#field.value = state.search;
    this.#matched.textContent = state.matched;
    this.#out.disabled = !state.zoomed;
  }
}
