// SPDX-License-Identifier: MIT

import { commandLine } from "../../text/command-line.ts";
import { sideWords, tableOptions } from "./compared-sides.ts";
import { button, make } from "./dom.ts";
import { optionWords } from "./given-options.ts";
import type { PageState } from "./page-state.ts";

/** The command that gives the same numbers as the page, to be copied. */
export class CommandRow {
  readonly element: HTMLElement;
  readonly #text = make("code", { tabindex: 0 });
  readonly #copy = button("Copy", {}, () => void this.#toClipboard());

  constructor() {
    this.element = make("p", { class: "command" }, this.#text, " ", this.#copy);
  }

  show({ options, before, after }: PageState): void {
    const words =
      before === undefined || after === undefined
        ? ["top", fileName(), ...optionWords(tableOptions(options))]
        : ["diff", fileName(), ...sideWords(before, after)];
    this.#text.textContent = commandLine(["pyspy-analyze", ...words]);
  }

  async #toClipboard(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#text.textContent ?? "");
      this.#copy.textContent = "Copied";
    } catch {
      // Not allowed here, as in a frame: then it is at least marked, for Ctrl-C.
      getSelection()?.selectAllChildren(this.#text);
    }
  }
}

function fileName(): string {
  const name = decodeURIComponent(location.pathname.replace(/^.*\//, ""));
  return /\.html?$/.test(name) ? name : "report.html";
}
