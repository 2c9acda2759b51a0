// SPDX-License-Identifier: MIT
import { LineRanges, NO_COLUMN, NO_LINE } from "./line-ranges.ts";

const CODE_UNIT_BYTES = 2;
/** Codes 0 to 9 hold the columns in one more byte; 10 to 12 hold the change of line too. */
const FIRST_ONE_LINE_CODE = 10;
const NO_COLUMNS_CODE = 13;
const LONG_CODE = 14;
const NO_LOCATION_CODE = 15;

/**
 * co_linetable of Python 3.11 and later (CPython 3.13, InternalDocs/code_objects.md, "Location
 * table"): entries of a first byte `1cccc nnn`, kind of entry and length in code units less one,
 * and what the kind asks for.
 */
export function decodeLocationTable(bytes: Uint8Array, firstLine: number): LineRanges {
  const ranges = new LineRanges();
  const cursor = new Cursor(bytes);
  let end = 0;
  let line = firstLine;
  while (!cursor.atEnd) {
    const first = cursor.byte();
    end += ((first & 7) + 1) * CODE_UNIT_BYTES;
    const code = (first >>> 3) & 15;
    if (code === NO_LOCATION_CODE) {
      ranges.add(end, NO_LINE);
      continue;
    }
    let column = NO_COLUMN;
    if (code === LONG_CODE) {
      line = (line + cursor.signedVarint()) | 0;
      cursor.varint(); // lines to the end of the expression
      column = cursor.varint() - 1;
      cursor.varint(); // column after it
    } else if (code === NO_COLUMNS_CODE) {
      line = (line + cursor.signedVarint()) | 0;
    } else if (code >= FIRST_ONE_LINE_CODE) {
      line = (line + code - FIRST_ONE_LINE_CODE) | 0;
      column = cursor.byte();
      cursor.byte();
    } else {
      column = code * 8 + (cursor.byte() >>> 4);
    }
    // An entry that is cut off says nothing.
    if (cursor.beyondEnd) break;
    ranges.add(end, line, column);
  }
  return ranges;
}

/** Reads what the entries are made of. Beyond the end it reads zeros. */
class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  get beyondEnd(): boolean {
    return this.#at > this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  /** Groups of 6 bits, the lowest first; bit 6 says that another one follows. */
  varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 6) {
      const byte = this.byte();
      if (shift < 32) value |= (byte & 0x3f) << shift;
      if ((byte & 0x40) === 0) return value;
    }
  }

  /** Bit 0 is the sign. */
  signedVarint(): number {
    const value = this.varint();
    return value & 1 ? -(value >>> 1) : value >>> 1;
  }
}
