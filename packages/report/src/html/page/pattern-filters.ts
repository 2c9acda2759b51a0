// SPDX-License-Identifier: MIT

import { type PatternFilter, parseFramePattern } from "@pyspy/analyze";
import { button, make } from "./dom.ts";
import { type GivenOptions, withOption } from "./given-options.ts";

const KINDS: readonly (readonly [PatternFilter, string])[] = [
  ["focus", "only stacks with"],
  ["ignore", "no stacks with"],
  ["hide", "hide frames like"],
  ["show", "only frames like"],
  ["show-from", "from the first frame like"],
  ["root-at", "rooted at the last frame like"],
];

/** Filters of frames by patterns: those that hold, each with a way out, and a field for another. */
export class PatternFilters {
  readonly element: HTMLElement;
  readonly #change: (given: GivenOptions) => void;
  readonly #list = make("ul", { class: "chips" });
  readonly #kind = make(
    "select",
    { "aria-label": "What the pattern does" },
    ...KINDS.map(([value, text]) => make("option", { value }, text)),
  );
  readonly #field = make("input", {
    type: "text",
    placeholder: "function, file or module",
    "aria-label": "Pattern, a regular expression",
    autocomplete: "off",
    spellcheck: "false",
  });
  #given: GivenOptions = new Map();

  constructor(change: (given: GivenOptions) => void) {
    this.#change = change;
    this.#field.addEventListener("keydown", ({ key }) => {
      if (key === "Enter") this.#add();
    });
    this.#field.addEventListener("input", () => this.#check());
    this.element = make(
      "div",
      { class: "patterns" },
      this.#kind,
      this.#field,
      button("Add", {}, () => this.#add()),
      this.#list,
    );
  }

  show(given: GivenOptions): void {
    this.#given = given;
    const chips = KINDS.flatMap(([kind, words]) =>
      (given.get(kind) ?? []).map((pattern) =>
        make(
          "li",
          {},
          `${words} `,
          make("code", {}, pattern),
          " ",
          button("×", { class: "remove", "aria-label": `Remove: ${words} ${pattern}` }, () =>
            this.#remove(kind, pattern),
          ),
        ),
      ),
    );
    this.#list.replaceChildren(...chips);
  }

  /** Says of a pattern that it is none, while it is typed. */
  #check(): boolean {
    let problem = "";
    try {
      parseFramePattern(this.#field.value);
    } catch (error) {
      problem = (error as Error).message;
    }
    this.#field.setCustomValidity(problem);
    return problem === "";
  }

  #add(): void {
    const pattern = this.#field.value;
    if (pattern === "" || !this.#check()) {
      this.#field.reportValidity();
      return;
    }
    const kind = this.#kind.value;
    this.#field.value = "";
    this.#change(withOption(this.#given, kind, [...(this.#given.get(kind) ?? []), pattern]));
  }

  #remove(kind: string, pattern: string): void {
    const rest = (this.#given.get(kind) ?? []).filter((each) => each !== pattern);
    this.#change(withOption(this.#given, kind, rest.length > 0 ? rest : undefined));
  }
}
