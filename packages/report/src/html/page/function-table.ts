// SPDX-License-Identifier: MIT

import { type CallTree, type HotRow, hottestOfTree } from "@pyspy/analyze";
import { codeCells } from "../../document/code-cells.ts";
import { compilePattern } from "../../flamegraph/search.ts";
import { formatCount, formatPercent } from "../../text/format-number.ts";
import { shortWeight } from "../../text/format-weight.ts";
import { frameText } from "../../text/frame-text.ts";
import { shareBar } from "../sections/table-html.ts";
import { button, domOf, make } from "./dom.ts";
import { labelKey } from "./label-key.ts";

const ROWS = 25;

type Sort = "self" | "total";

export interface TableActions {
  subject(key: string): void;
}

/** The functions of what is looked at, sorted by their own time or by all; a name leads to the sandwich. */
export class FunctionTable {
  readonly element: HTMLElement;
  readonly #actions: TableActions;
  readonly #body = make("tbody");
  readonly #more = make("p", { class: "more" });
  readonly #headings: Readonly<Record<Sort, HTMLElement>>;
  readonly #filter = make("input", {
    type: "search",
    placeholder: "Find a function",
    "aria-label": "Find functions, a regular expression",
    autocomplete: "off",
    spellcheck: "false",
  });
  #tree: CallTree | undefined;
  #rows: readonly HotRow[] = [];
  #cell = codeCells([]);
  #sort: Sort = "self";
  #shown = ROWS;

  constructor(actions: TableActions) {
    this.#actions = actions;
    const heading = (sort: Sort): HTMLElement =>
      make(
        "th",
        { scope: "col", class: "n" },
        button(sort, { class: "sort" }, () => this.#sortBy(sort)),
      );
    this.#headings = { self: heading("self"), total: heading("total") };
    const head = make(
      "tr",
      {},
      this.#headings.self,
      make("td"),
      this.#headings.total,
      make("td"),
      make("th", { scope: "col" }, "function"),
    );
    const table = make("table", {}, make("thead", {}, head), this.#body);
    this.#filter.addEventListener("input", () => this.#draw());
    this.element = make(
      "div",
      { class: "live" },
      make("div", { class: "tools" }, this.#filter),
      make(
        "div",
        { class: "scroll", tabindex: 0, role: "region", "aria-label": "Functions" },
        table,
      ),
      this.#more,
      button("More", { class: "load-more" }, () => this.#showMore()),
    );
  }

  show(tree: CallTree): void {
    if (tree === this.#tree) return;
    this.#tree = tree;
    this.#rows = hottestOfTree(tree);
    this.#cell = codeCells(this.#rows.map(({ label }) => label));
    this.#shown = ROWS;
    this.#draw();
  }

  #sortBy(sort: Sort): void {
    this.#sort = sort;
    this.#draw();
  }

  #showMore(): void {
    this.#shown *= 4;
    this.#draw();
  }

  #draw(): void {
    const tree = this.#tree;
    if (tree === undefined) return;
    const matches = compilePattern(this.#filter.value);
    const rows = this.#rows.filter(({ label: { name, file, line } }) =>
      matches(frameText(name, file, line)),
    );
    // Those by their own time are sorted already.
    if (this.#sort === "total") rows.sort((a, b) => b.total - a.total || b.self - a.self);
    const whole = tree.total[0]!;
    const share = (weight: number): HTMLElement => {
      const text = formatPercent(weight, whole);
      return make("td", { class: "n" }, text, shareBar(text));
    };
    const drawn = rows.slice(0, this.#shown).map(({ label, self, total }) => {
      const { name, place } = this.#cell(label);
      const link = button(name, { class: "link", title: "Its callers and callees" }, () =>
        this.#actions.subject(labelKey(label)),
      );
      return make(
        "tr",
        {},
        make("td", { class: "n" }, shortWeight(self, tree.unit)),
        share(self),
        make("td", { class: "n" }, shortWeight(total, tree.unit)),
        share(total),
        make("td", { class: "code" }, link, " ", make("small", {}, place)),
      );
    });
    this.#body.replaceChildren(...drawn);
    for (const sort of ["self", "total"] as const) {
      const order = sort === this.#sort ? "descending" : "none";
      this.#headings[sort].setAttribute("aria-sort", order);
    }
    const left = rows.length - drawn.length;
    this.#more.replaceChildren(...domOf(left > 0 ? `… and ${formatCount(left)} more` : ""));
    (this.element.lastElementChild as HTMLElement).hidden = left <= 0;
  }
}
