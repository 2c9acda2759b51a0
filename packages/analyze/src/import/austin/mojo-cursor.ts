// SPDX-License-Identifier: MIT
import { ForeignRecordingError } from "../../errors.ts";
import { decodeText } from "../../read/text.ts";
import { FOREIGN_FORMATS } from "../foreign-format.ts";

/** Longest text of an event. */
const LONGEST_TEXT = 1 << 16;
/** Beyond it, numbers in a double are not exact. */
const EXACT_BITS = 53;
const MOST_BITS = 64;

/** Says that the bytes so far end within an event. */
export const MORE_NEEDED: unique symbol = Symbol("more bytes are needed");

/** Reads the two types of MOJO from bytes that arrive in pieces. */
export class MojoCursor {
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  /** Of the first byte that is kept. */
  #offset = 0;

  add(bytes: Uint8Array): void {
    const rest = this.#bytes.subarray(this.#at);
    const joined = new Uint8Array(rest.length + bytes.length);
    joined.set(rest);
    joined.set(bytes, rest.length);
    this.#offset += this.#at;
    this.#bytes = joined;
    this.#at = 0;
  }

  /** Bytes that are not read yet. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  get offset(): number {
    return this.#offset + this.#at;
  }

  /** Reads an event; where the bytes end within it, nothing of it is read, and the answer is false. */
  attempt(read: () => void): boolean {
    const start = this.#at;
    try {
      read();
      return true;
    } catch (error) {
      if (error !== MORE_NEEDED) throw error;
      this.#at = start;
      return false;
    }
  }

  byte(): number {
    if (this.#at === this.#bytes.length) throw MORE_NEEDED;
    return this.#bytes[this.#at++]!;
  }

  /** An integer: sign and six bits in the first byte, seven in each that follows. */
  number(): number | bigint {
    let byte = this.byte();
    const negative = (byte & 0x40) !== 0;
    let value: number | bigint = byte & 0x3f;
    for (let shift = 6; byte >= 0x80; shift += 7) {
      if (shift > MOST_BITS) this.fail("a number has more than 64 bits");
      byte = this.byte();
      if (typeof value === "number" && shift + 7 <= EXACT_BITS) value += (byte & 0x7f) * 2 ** shift;
      else value = BigInt(value) + (BigInt(byte & 0x7f) << BigInt(shift));
    }
    return negative ? -value : value;
  }

  /** An integer that is in range for what it counts. */
  count(most: number): number {
    const value = this.number();
    if (typeof value === "bigint" || value < 0 || value > most)
      this.fail(`there is no place for ${value}`);
    return value as number;
  }

  text(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    const length = (end < 0 ? this.#bytes.length : end) - this.#at;
    if (length > LONGEST_TEXT) this.fail(`a text has more than ${LONGEST_TEXT} bytes`);
    if (end < 0) throw MORE_NEEDED;
    const text = decodeText(this.#bytes.subarray(this.#at, end));
    this.#at = end + 1;
    return text;
  }

  fail(problem: string): never {
    throw new ForeignRecordingError(FOREIGN_FORMATS["austin-mojo"], `byte ${this.offset}`, problem);
  }
}
