// SPDX-License-Identifier: MIT
import { ForeignRecordingError } from "../../errors.ts";
import { FOREIGN_FORMATS } from "../foreign-format.ts";

const MOST_VARINT_BYTES = 10;

/**
 * Walks the fields of a protobuf message without making objects of them: what a few bytes of a hostile file
 * would have a decoder allocate, this does not.
 */
export class ProtoCursor {
  readonly #bytes: Uint8Array;
  #at: number;
  readonly #end: number;
  /** Number and wire type of the field that `next` found. */
  field = 0;
  #wire = 0;

  constructor(bytes: Uint8Array, from = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = end;
  }

  /** Goes to the next field, whose value must then be read or skipped; false at the end. */
  next(): boolean {
    if (this.#at === this.#end) return false;
    const tag = Number(this.#varint());
    this.field = Math.floor(tag / 8);
    this.#wire = tag % 8;
    if (this.field === 0) this.#fail("a field has the number 0");
    return true;
  }

  /** Whether the field is a number. */
  get isInteger(): boolean {
    return this.#wire === 0;
  }

  /** A number, signed where it is 64 bits long: int64 and uint64 up to 2^63. */
  integer(): bigint {
    if (this.#wire !== 0) this.#fail(`field ${this.field} is no number`);
    return BigInt.asIntN(64, this.#varint());
  }

  /** The bytes of a text or a message. */
  bytes(): Uint8Array {
    if (this.#wire !== 2) this.#fail(`field ${this.field} is neither text nor message`);
    const length = Number(this.#varint());
    const from = this.#at;
    this.#move(length);
    return this.#bytes.subarray(from, this.#at);
  }

  message(): ProtoCursor {
    const bytes = this.bytes();
    return new ProtoCursor(bytes);
  }

  /** The numbers of a repeated field, packed or one by one, as they come. */
  integers(take: (value: bigint) => void): void {
    if (this.#wire !== 2) {
      take(this.integer());
      return;
    }
    const packed = this.message();
    while (packed.#at < packed.#end) take(BigInt.asIntN(64, packed.#varint()));
  }

  skip(): void {
    if (this.#wire === 0) this.#varint();
    else if (this.#wire === 1) this.#move(8);
    else if (this.#wire === 5) this.#move(4);
    else if (this.#wire === 2) this.bytes();
    else this.#fail(`field ${this.field} has the wire type ${this.#wire}`);
  }

  #move(length: number): void {
    if (length > this.#end - this.#at) this.#fail("a field reaches beyond its end: it is cut off");
    this.#at += length;
  }

  #varint(): bigint {
    const first = this.#bytes[this.#at];
    if (first !== undefined && first < 0x80 && this.#at < this.#end) {
      this.#at++;
      return BigInt(first);
    }
    let value = 0n;
    for (let place = 0; place < MOST_VARINT_BYTES; place++) {
      if (this.#at === this.#end) this.#fail("it is cut off within a number");
      const byte = this.#bytes[this.#at++]!;
      value |= BigInt(byte & 0x7f) << BigInt(7 * place);
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    return this.#fail("a number has more than ten bytes");
  }

  #fail(problem: string): never {
    throw new ForeignRecordingError(FOREIGN_FORMATS.pprof, "", problem);
  }
}
