// SPDX-License-Identifier: MIT

/** Distinct strings that are referred to by their index. */
export class StringList {
  readonly list: string[] = [];
  readonly #index = new Map<string, number>();

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
