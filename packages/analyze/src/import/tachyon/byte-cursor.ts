// SPDX-License-Identifier: MIT
import { ForeignRecordingError } from "../../errors.ts";
import { decodeText } from "../../read/text.ts";
import { FOREIGN_FORMATS } from "../foreign-format.ts";

/** Numbers and texts of a binary recording of profiling.sampling, in the byte order of its machine. */
export class ByteCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #littleEndian: boolean;
  at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, littleEndian: boolean, from = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#littleEndian = littleEndian;
    this.at = from;
    this.#end = end;
  }

  get atEnd(): boolean {
    return this.at >= this.#end;
  }

  byte(): number {
    return this.#bytes[this.#take(1)]!;
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), this.#littleEndian);
  }

  uint64(): bigint {
    return this.#view.getBigUint64(this.#take(8), this.#littleEndian);
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8), this.#littleEndian);
  }

  /** Groups of seven bits, the lowest first; at most 2^53. */
  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) this.fail("a number is too large");
      if (byte < 0x80) return value;
      if (scale > 2 ** 56) this.fail("a number does not end");
    }
  }

  /** The sign is in bit 0. */
  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  text(length: number): string {
    const from = this.#take(length);
    return decodeText(this.#bytes.subarray(from, from + length));
  }

  fail(problem: string): never {
    throw new ForeignRecordingError(FOREIGN_FORMATS.tachyon, `byte ${this.at}`, problem);
  }

  #take(count: number): number {
    const from = this.at;
    if (count > this.#end - from) this.fail("it ends within a record: it is cut off");
    this.at += count;
    return from;
  }
}
