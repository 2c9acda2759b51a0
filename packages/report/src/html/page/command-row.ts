// SPDX-License-Identifier: MIT

import { commandLine } from "../../text/command-line.ts";
import { button, make } from "./dom.ts";
import { optionWords, withOption } from "./given-options.ts";
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
    const words = optionWords(options).filter((word) => !ONLY_PICTURES.has(word));
    if (before === "" || after === "") {
      this.#text.textContent = commandLine(["pyspy-analyze", "top", fileName(), ...words]);
      return;
    }
    const timeless = withOption(withOption(options, "from", undefined), "to", undefined);
    const sides = [`--before-time=${before}`, `--after-time=${after}`];
    const rest = optionWords(timeless).filter((word) => !ONLY_PICTURES.has(word));
    this.#text.textContent = commandLine(["pyspy-analyze", "diff", fileName(), ...sides, ...rest]);
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

/** Options of pictures, which a table has no use for. */
const ONLY_PICTURES = new Set(["--threads", "--processes", "--roles"]);

function fileName(): string {
  const name = decodeURIComponent(location.pathname.replace(/^.*\//, ""));
  return /\.html?$/.test(name) ? name : "report.html";
}
