// SPDX-License-Identifier: MIT

import { strToU8 } from "fflate";

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
/** Enough for a tag and any value of 64 bits. */
const LONGEST_FIELD = 20;
const TWO_32 = 2 ** 32;

/**
 * Writes protobuf messages field by field into one buffer: several million small messages a
 * second, where a message object each would be the largest cost of an export. Field numbers come
 * from the schemas (`fieldNumbers`).
 *
 * Numbers are whole, not negative and below 2^53; what may be larger is a bigint.
 */
export class ProtoWriter {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;

  /** Bytes written since the last `take`. */
  get length(): number {
    return this.#length;
  }

  /** Any integer or bool field. A zero is written too. */
  uint(field: number, value: number): void {
    this.#reserve(LONGEST_FIELD);
    this.#varint(field * 8 + VARINT);
    this.#varint(value);
  }

  /** An integer field that may be beyond 2^53. */
  bigUint(field: number, value: bigint): void {
    this.#reserve(LONGEST_FIELD);
    this.#varint(field * 8 + VARINT);
    this.#varintHalves(Number(value >> 32n), Number(value & 0xffff_ffffn));
  }

  /** An integer field that is the sum of two, of which the first may be beyond 2^53. */
  sum(field: number, base: bigint, offset: number): void {
    this.#reserve(LONGEST_FIELD);
    this.#varint(field * 8 + VARINT);
    const low = Number(base & 0xffff_ffffn) + (offset % TWO_32);
    const carry = low >= TWO_32 ? 1 : 0;
    const high = Number(base >> 32n) + Math.floor(offset / TWO_32) + carry;
    this.#varintHalves(high, low - carry * TWO_32);
  }

  fixed64(field: number, value: bigint): void {
    this.#reserve(LONGEST_FIELD);
    this.#varint(field * 8 + FIXED64);
    new DataView(this.#bytes.buffer).setBigUint64(this.#length, value, true);
    this.#length += 8;
  }

  /** Halves of surrogate pairs become U+FFFD. */
  string(field: number, value: string): void {
    this.bytes(field, strToU8(value));
  }

  bytes(field: number, value: Uint8Array): void {
    this.#reserve(LONGEST_FIELD + value.length);
    this.#varint(field * 8 + LENGTH_DELIMITED);
    this.#varint(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** A field that is a message, whose fields `write` writes. */
  message(field: number, write: () => void): void {
    const start = this.#begin(field);
    write();
    this.#end(start);
  }

  /** A repeated integer field, packed. Nothing for no values. */
  packed(field: number, values: ArrayLike<number>): void {
    if (values.length === 0) return;
    const start = this.#begin(field);
    for (let i = 0; i < values.length; i++) {
      this.#reserve(LONGEST_FIELD);
      this.#varint(values[i]!);
    }
    this.#end(start);
  }

  /** What was written, as a copy; the writer is empty afterwards. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #begin(field: number): number {
    this.#reserve(LONGEST_FIELD);
    this.#varint(field * 8 + LENGTH_DELIMITED);
    // Most messages are short: one byte for the length, more are made room for at the end.
    return ++this.#length;
  }

  #end(start: number): void {
    const length = this.#length - start;
    if (length >= 0x80) {
      this.#reserve(LONGEST_FIELD);
      const more = varintLength(length) - 1;
      this.#bytes.copyWithin(start + more, start, this.#length);
    }
    const end = this.#length;
    this.#length = start - 1;
    this.#varint(length);
    this.#length += end - start;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 0x8000_0000) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  #varintHalves(high: number, low: number): void {
    if (high < 2 ** 21) {
      this.#varint(high * TWO_32 + low);
      return;
    }
    // Four groups of seven bits are in the low half alone; the fifth has bits of both.
    let rest = low;
    for (let i = 0; i < 4; i++) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#varint(high * 0x10 + rest);
  }

  #reserve(room: number): void {
    if (this.#length + room <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + room));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
  return length;
}
