// SPDX-License-Identifier: MIT
import { damaged } from "./damaged.ts";

const decoder = new TextDecoder();
const LONGEST_TEXT = 65_536;

/**
 * Reads little-endian numbers and DWARF's encodings one after the other. Numbers of more than 53 bits
 * lose their low ones: no address or size of a real program is as large.
 *
 * All methods throw DamagedFile beyond the end.
 */
export class ByteCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    if (start > end || end > bytes.length) damaged("beyond the end");
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#at = start;
    this.#end = end;
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#end - this.#at;
  }

  seek(at: number): void {
    if (!(at >= 0 && at <= this.#end)) damaged("beyond the end");
    this.#at = at;
  }

  skip(length: number): void {
    this.#take(length);
  }

  u8(): number {
    return this.#bytes[this.#take(1)]!;
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u24(): number {
    return this.u16() + this.u8() * 0x1_0000;
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  u64(): number {
    const at = this.#take(8);
    return this.#view.getUint32(at, true) + this.#view.getUint32(at + 4, true) * 0x1_0000_0000;
  }

  i8(): number {
    return this.#view.getInt8(this.#take(1));
  }

  /** A number of as many bytes: 1, 2, 4 or 8. */
  unsigned(size: number): number {
    switch (size) {
      case 1:
        return this.u8();
      case 2:
        return this.u16();
      case 4:
        return this.u32();
      case 8:
        return this.u64();
      default:
        return damaged(`a number of ${size} bytes`);
    }
  }

  uleb(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8();
      if (scale < 2 ** 63) value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  sleb(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      if (scale < 2 ** 63) value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return (byte & 0x40) !== 0 ? value - scale : value;
    }
  }

  /** The next bytes, not copied. */
  bytes(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** A text that ends with a 0. */
  text(): string {
    const end = this.#textEnd();
    const text = decoder.decode(
      this.#bytes.subarray(this.#at, Math.min(end, this.#at + LONGEST_TEXT)),
    );
    this.#at = end + 1;
    return text;
  }

  skipText(): void {
    this.#at = this.#textEnd() + 1;
  }

  #textEnd(): number {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end < 0 || end >= this.#end) damaged("a text without an end");
    return end;
  }

  #take(length: number): number {
    const at = this.#at;
    if (!(length >= 0 && length <= this.#end - at)) damaged("beyond the end");
    this.#at = at + length;
    return at;
  }
}

/** The text at an offset of a table of texts; "" where there is none. */
export function textAt(table: Uint8Array, offset: number): string {
  if (!(offset >= 0 && offset < table.length)) return "";
  const end = table.indexOf(0, offset);
  const bytes = table.subarray(offset, end < 0 ? table.length : end);
  return decoder.decode(bytes.subarray(0, LONGEST_TEXT));
}
