// SPDX-License-Identifier: MIT

/** A keyed hash of a text in hexadecimal digits, at least `PSEUDONYM_DIGITS`: HMAC-SHA-256, say. */
export type KeyedHash = (text: string) => string;

/** 40 bits: two of ten thousand names are alike once in twenty thousand captures. */
export const PSEUDONYM_DIGITS = 10;

/** Gives names pseudonyms, the same for the same name and key, and remembers them. */
export class Pseudonyms {
  readonly #hash: KeyedHash;
  readonly #names = new Map<string, string>();

  constructor(hash: KeyedHash) {
    this.#hash = hash;
  }

  /** What was given so far: names by their pseudonyms. */
  get names(): ReadonlyMap<string, string> {
    return this.#names;
  }

  /** "n_3f2a9c01be" */
  of(name: string): string {
    const pseudonym = `n_${this.#hash(name).slice(0, PSEUDONYM_DIGITS)}`;
    this.#names.set(pseudonym, name);
    return pseudonym;
  }
}

const PSEUDONYM = new RegExp(`\\bn_[0-9a-f]{${PSEUDONYM_DIGITS}}\\b`, "g");

/** The text with the names that are known in the place of their pseudonyms. */
export function withNames(text: string, names: ReadonlyMap<string, string>): string {
  return text.replace(PSEUDONYM, (pseudonym) => names.get(pseudonym) ?? pseudonym);
}

/** Whether a text is nothing but a pseudonym. */
export function isPseudonym(text: string): boolean {
  return text.replace(PSEUDONYM, "") === "";
}
