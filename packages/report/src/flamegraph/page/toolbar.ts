// SPDX-License-Identifier: MIT

import { COLOR_MODE_NAMES, type ColorMode } from "../color-mode.ts";
import type { Direction, Widths } from "../view-hash.ts";
import { htmlElement } from "./elements.ts";

/** What the controls ask for. */
export interface ToolbarActions {
  search(pattern: string): void;
  /** Enter in the search field: on to the next match, with Shift to the one before. */
  nextMatch(backwards: boolean): void;
  /** Escape in the search field. */
  leaveSearch(): void;
  back(): void;
  reset(): void;
  turn(direction: Direction): void;
  color(mode: ColorMode): void;
  widen(widths: Widths): void;
}

/** Search field and buttons. */
export class Toolbar {
  readonly element: HTMLElement;
  readonly #field: HTMLInputElement;
  readonly #matched: HTMLElement;
  readonly #back: HTMLButtonElement;
  readonly #reset: HTMLButtonElement;
  readonly #directions: ReadonlyMap<Direction, HTMLButtonElement>;
  readonly #colors: ReadonlyMap<ColorMode, HTMLButtonElement>;
  readonly #widths: ReadonlyMap<Widths, HTMLButtonElement>;

  /** @param sides whether there are two, of which each may say how wide boxes are. */
  constructor(modes: readonly ColorMode[], sides: boolean, actions: ToolbarActions) {
    this.#field = htmlElement("input", {
      type: "search",
      placeholder: "Search (regular expression)",
      "aria-label": "Search",
      spellcheck: "false",
      autocomplete: "off",
    });
    this.#field.addEventListener("input", () => actions.search(this.#field.value));
    this.#field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") actions.nextMatch(event.shiftKey);
      else if (event.key === "Escape") actions.leaveSearch();
      else return;
      event.preventDefault();
    });
    this.#matched = htmlElement("span", { class: "matched", role: "status" });
    this.#back = button("Back", "The view before", () => actions.back());
    this.#reset = button("Reset zoom", "Show everything (Home)", () => actions.reset());
    this.#directions = new Map([
      ["icicle", button("Icicle", "Root at the top", () => actions.turn("icicle"))],
      ["flame", button("Flame", "Root at the bottom", () => actions.turn("flame"))],
    ]);
    this.#widths = new Map([
      ["before", button("Before", "Widths of the side before", () => actions.widen("before"))],
      ["both", button("Both", "Widths are the mean of both sides", () => actions.widen("both"))],
      ["after", button("After", "Widths of the side after", () => actions.widen("after"))],
    ]);
    this.#colors = new Map(
      modes.map((mode) => {
        const name = COLOR_MODE_NAMES[mode];
        return [mode, button(name, COLOR_HINTS[mode], () => actions.color(mode))];
      }),
    );
    this.element = htmlElement(
      "div",
      { class: "tools", role: "toolbar", "aria-label": "View" },
      htmlElement("div", { class: "search" }, this.#field, this.#matched),
      this.#back,
      this.#reset,
      ...(sides ? [switchOf("Widths", this.#widths)] : []),
      switchOf("Layout", this.#directions),
      switchOf("Colours", this.#colors),
    );
  }

  focusSearch(): void {
    this.#field.focus({ preventScroll: true });
    this.#field.select();
  }

  get searchHasFocus(): boolean {
    return document.activeElement === this.#field;
  }

  show(state: {
    pattern: string;
    matched: string;
    direction: Direction;
    colors: ColorMode;
    widths: Widths;
    zoomed: boolean;
    canGoBack: boolean;
  }): void {
    if (this.#field.value !== state.pattern) this.#field.value = state.pattern;
    this.#matched.textContent = state.matched;
    this.#back.disabled = !state.canGoBack;
    this.#reset.disabled = !state.zoomed;
    press(this.#directions, state.direction);
    press(this.#colors, state.colors);
    press(this.#widths, state.widths);
  }
}

const COLOR_HINTS: Readonly<Record<ColorMode, string>> = {
  change: "Colours by what was told to have changed",
  module: "Colours by module",
  kind: "Colours by whose code it is: yours, packages, standard library, native",
  idle: "Colours by how much of it was idle",
  gil: "Colours by how much of it held the GIL",
};

/** Buttons of which one is pressed. */
function switchOf(name: string, buttons: ReadonlyMap<string, HTMLButtonElement>): HTMLElement {
  const attributes = { class: "switch", role: "group", "aria-label": name };
  return htmlElement("div", attributes, ...buttons.values());
}

function press<T>(buttons: ReadonlyMap<T, HTMLButtonElement>, pressed: T): void {
  for (const [value, control] of buttons) {
    control.setAttribute("aria-pressed", String(value === pressed));
  }
}

function button(text: string, hint: string, pressed: () => void): HTMLButtonElement {
  const element = htmlElement("button", { type: "button", title: hint }, text);
  element.addEventListener("click", pressed);
  return element;
}
