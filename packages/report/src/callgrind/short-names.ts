// SPDX-License-Identifier: MIT

/** Callgrind's compression of names: "(3) name" the first time, "(3)" from then on. */
export class ShortNames {
  readonly #numbers = new Map<string, number>();

  short(name: string): string {
    const known = this.#numbers.get(name);
    if (known !== undefined) return `(${known})`;
    const number = this.#numbers.size + 1;
    this.#numbers.set(name, number);
    return `(${number}) ${name}`;
  }
}
