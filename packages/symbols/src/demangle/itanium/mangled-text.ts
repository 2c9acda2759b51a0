// SPDX-License-Identifier: MIT

/** A name that breaks the rules, or uses one that we do not know. */
export class NotMangled extends Error {}

/** Reads a mangled name letter by letter. */
export class MangledText {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#text.length;
  }

  get rest(): string {
    return this.#text.slice(this.at);
  }

  /** The letter `ahead` of the next; "" beyond the end. */
  peek(ahead = 0): string {
    return this.#text[this.at + ahead] ?? "";
  }

  next(): string {
    if (this.isAtEnd) return this.fail();
    return this.#text[this.at++]!;
  }

  /** Passes over `word`, if that is what follows. */
  take(word: string): boolean {
    if (!this.#text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  expect(word: string): void {
    if (!this.take(word)) this.fail();
  }

  isDigit(): boolean {
    return /^\d$/.test(this.peek());
  }

  number(): number {
    const start = this.at;
    while (this.isDigit()) this.at++;
    if (this.at === start) this.fail();
    return Number(this.#text.slice(start, this.at));
  }

  letters(count: number): string {
    if (count > this.#text.length - this.at) this.fail();
    this.at += count;
    return this.#text.slice(this.at - count, this.at);
  }

  /** "_" is 0, "0_" is 1, and so on, in a base. */
  sequence(base: number): number {
    const start = this.at;
    const digits = base === 36 ? /^[0-9A-Z]$/ : /^\d$/;
    while (digits.test(this.peek())) this.at++;
    const text = this.#text.slice(start, this.at);
    this.expect("_");
    return text === "" ? 0 : Number.parseInt(text, base) + 1;
  }

  fail(): never {
    throw new NotMangled(this.#text);
  }
}
