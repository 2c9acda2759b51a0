// SPDX-License-Identifier: MIT

import type { ArgumentsCamelCase } from "yargs";
import { UsageError } from "../errors.ts";

/** What the parser found, by type. An option that may be given once: the last one counts. */
export class ParsedOptions {
  readonly #parsed: ArgumentsCamelCase;

  constructor(parsed: ArgumentsCamelCase) {
    this.#parsed = parsed;
  }

  flag(name: string): boolean {
    return this.#values(name).at(-1) === true;
  }

  text(name: string): string | undefined {
    return this.texts(name).at(-1);
  }

  /** Every value of an option that may be given several times. */
  texts(name: string): string[] {
    return this.#values(name).filter((value) => value !== undefined) as string[];
  }

  /**
   * Whole numbers, given several times or with commas between them.
   *
   * @throws UsageError
   */
  numbers(name: string): number[] {
    return this.texts(name)
      .flatMap((text) => text.split(","))
      .map((text) => {
        if (/^\d{1,15}$/.test(text.trim())) return Number(text);
        throw new UsageError(`--${name} takes a number, not ${text}`);
      });
  }

  #values(name: string): unknown[] {
    return [this.#parsed[name]].flat();
  }
}
