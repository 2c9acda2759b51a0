// SPDX-License-Identifier: MIT

import { formatPercent } from "../../text/format-number.ts";
import { visibleExcerpt } from "../../text/visible-text.ts";
import type { SourceFile } from "../source/source-file.ts";
import { type HeatedFile, hotLines, sourceTable } from "../source/source-lines.ts";
import { heatedFiles, selfOf, sourceWhole } from "../source/source-section.ts";
import { domOf, make } from "./dom.ts";
import type { PageState } from "./page-state.ts";
import type { Selected } from "./selected.ts";

const LONGEST_NAME = 120;
/** Beyond this many lines a file is never shown whole. */
const MOST_LINES = 4000;

export interface SourceActions {
  /** Another file is shown. */
  source(file: string): void;
}

/** A file of the program with what its lines took of what is looked at. */
export class SourceView {
  readonly element: HTMLElement;
  readonly #sources: readonly SourceFile[];
  readonly #select: HTMLSelectElement = make("select", {
    id: "field-source",
    class: "wide-select",
  });
  readonly #whole = make("input", { type: "checkbox" });
  readonly #lines = make("div", { class: "source-lines" });
  #heated: readonly HeatedFile[] = [];
  #selected: Selected | undefined;
  #file = "";
  /** The file whose hottest line was brought into sight: where its reader went from there is his. */
  #inSight = "";

  constructor(sources: readonly SourceFile[], actions: SourceActions) {
    this.#sources = sources;
    this.#select.addEventListener("change", () => actions.source(this.#select.value));
    this.#whole.addEventListener("change", () => this.#draw());
    this.element = make(
      "div",
      { class: "live" },
      make(
        "div",
        { class: "tools" },
        make("label", { for: "field-source" }, "File"),
        this.#select,
        make("label", { class: "check" }, this.#whole, " all lines"),
      ),
      this.#lines,
    );
  }

  show(selected: Selected, { source, subject }: PageState): void {
    const wanted = source || this.#fileOf(subject);
    if (selected === this.#selected && wanted === this.#file) return;
    if (selected !== this.#selected) {
      this.#selected = selected;
      this.#heated = heatedFiles(selected.byLine, selected.unit, this.#sources);
      this.#offer(selected);
    }
    this.#file = wanted;
    this.#draw();
  }

  /** The file of the function that was chosen last: "dispatch|/srv/shop/web.py", with or without a line. */
  #fileOf(subject: string): string {
    const place = subject.slice(subject.lastIndexOf("|") + 1);
    const found = this.#sources.find(({ file }) => place === file || place.startsWith(`${file}:`));
    return found?.file ?? "";
  }

  #offer(selected: Selected): void {
    const whole = sourceWhole(selected.byLine, selected.unit);
    const options = this.#heated.map((each) => {
      const share = formatPercent(selfOf(each), whole);
      return make(
        "option",
        { value: each.file },
        `${visibleExcerpt(each.file, LONGEST_NAME)} (${share})`,
      );
    });
    this.#select.replaceChildren(...options);
  }

  #draw(): void {
    const shown = this.#heated.find(({ file }) => file === this.#file) ?? this.#heated[0];
    if (shown === undefined || this.#selected === undefined) return;
    this.#select.value = shown.file;
    const whole = sourceWhole(this.#selected.byLine, this.#selected.unit);
    const all = this.#whole.checked && shown.lines.length <= MOST_LINES;
    const lines = all ? shown.lines.map((_, index) => index + 1) : hotLines(shown, whole);
    this.#lines.replaceChildren(
      ...domOf(lines.length > 0 ? sourceTable(shown, lines, whole) : "No line of it took time."),
    );
    this.#scrollTo(shown);
  }

  /** Brings the hottest line into sight, of the box and not of the page. */
  #scrollTo({ file, heat }: HeatedFile): void {
    if (file === this.#inSight) return;
    this.#inSight = file;
    const [hottest] = [...heat].sort(([, a], [, b]) => b.self - a.self)[0] ?? [];
    const row = this.#lines.querySelector<HTMLElement>(`tr[data-line="${hottest}"]`);
    const box = this.#lines.firstElementChild;
    if (row !== null && box !== null) box.scrollTop = row.offsetTop - box.clientHeight / 2;
  }
}
