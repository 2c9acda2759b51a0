// SPDX-License-Identifier: MIT

/** Strings that are referred to by their index. Entry 0 is "". */
export class StringTable {
  readonly list: string[] = [""];
  readonly #index = new Map<string, number>([["", 0]]);

  /** Index of the string, which is added if it is new. */
  index(text: string): number {
    let index = this.#index.get(text);
    if (index === undefined) {
      index = this.list.push(text) - 1;
      this.#index.set(text, index);
    }
    return index;
  }
}
