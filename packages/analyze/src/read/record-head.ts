// SPDX-License-Identifier: MIT

/**
 * Longest record that a writer may write, and a reader believes in: 16 MiB. A longer one is
 * damage, so a wrong length cannot make the reader wait for, or hold, more than this.
 */
export const MAX_RECORD_BYTES: number = 16 * 1024 * 1024;

/** 0x0A (field 1, length-delimited), two lengths and a tag. */
const MAX_HEAD_BYTES = 16;

/** The first bytes of a record: `0x0A <length> <tag> <length of the payload>`. */
export interface RecordHead {
  /** Field number in `Record`: which kind of record it is. */
  readonly field: number;
  /** Where the message itself begins. */
  readonly payloadStart: number;
  /** Where the record ends. */
  readonly end: number;
}

/**
 * Reads the head of the record that begins at `at`. The two lengths must agree, as they do in
 * every record with exactly one member: so a flipped bit in any of them is found here, before a
 * byte of the record is waited for.
 *
 * @returns "bad" when no record begins here, "short" when more bytes are needed to tell.
 */
export function readRecordHead(bytes: Uint8Array, at: number): RecordHead | "bad" | "short" {
  if (at >= bytes.length) return "short";
  if (bytes[at] !== 0x0a) return "bad";
  const limit = Math.min(bytes.length, at + MAX_HEAD_BYTES);
  const numbers: number[] = [];
  let position = at + 1;
  let innerStart = 0;
  for (let part = 0; part < 3; part++) {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      if (position >= limit) return "short";
      if (shift > 28) return "bad";
      const byte = bytes[position++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    if (part === 0) innerStart = position;
    // The tag: length-delimited, and a small field number.
    if (part === 1 && ((value & 7) !== 2 || value < 8 || value > 0xffff)) return "bad";
    if (part !== 1 && value > MAX_RECORD_BYTES) return "bad";
    numbers.push(value);
  }
  const end = innerStart + numbers[0]!;
  if (end !== position + numbers[2]!) return "bad";
  return { field: numbers[1]! >>> 3, payloadStart: position, end };
}
