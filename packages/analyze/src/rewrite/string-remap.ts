// SPDX-License-Identifier: MIT
import { check } from "../read/malformed.ts";
import { decodeText } from "../read/text.ts";

// Part of every browser and of Node, but not of TypeScript's "es2023" library.
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}

const encoder = new TextEncoder();

/**
 * The strings of a chunk before and after it is rewritten. Only what is referred to after it is
 * written: a text that nothing needs cannot be given away.
 */
export class StringRemap {
  readonly #before: Uint8Array[] = [];
  readonly #after = new Map<string, number>();
  #pending: Uint8Array[] = [];

  /** Takes the strings of a record, as they stand in it. */
  define(strings: readonly Uint8Array[]): void {
    for (const bytes of strings) this.#before.push(bytes);
  }

  /** @throws Malformed for an id that is not there. */
  text(id: number): string {
    check(id <= this.#before.length, `string ${id} is not defined`);
    return id === 0 ? "" : decodeText(this.#before[id - 1]!);
  }

  /** The new id of a text. */
  intern(text: string): number {
    if (text === "") return 0;
    const known = this.#after.get(text);
    if (known !== undefined) return known;
    this.#pending.push(encoder.encode(text));
    const id = this.#after.size + 1;
    this.#after.set(text, id);
    return id;
  }

  /** The strings that are new since this was called last: for the next record. */
  takePending(): Uint8Array[] {
    const pending = this.#pending;
    this.#pending = [];
    return pending;
  }
}
