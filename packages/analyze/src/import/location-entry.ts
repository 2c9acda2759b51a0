// SPDX-License-Identifier: MIT

const NO_COLUMNS_CODE = 13;
const LONG_CODE = 14;
const NO_LOCATION_CODE = 15;

/**
 * The bytes of a location table (docs/capture-format.md, line tables) that give the next instruction a line.
 *
 * @param line 0: none.
 * @param column -1: none.
 * @param before the line that the entry counts from.
 */
export function locationEntry(line: number, column: number, before: number): number[] {
  if (line <= 0) return [firstByte(NO_LOCATION_CODE)];
  const change = line - before;
  const signed = varint(change < 0 ? 2 * -change + 1 : 2 * change);
  if (column < 0) return [firstByte(NO_COLUMNS_CODE), ...signed];
  // The end of the expression is not known: the line itself, and no column.
  return [firstByte(LONG_CODE), ...signed, 0, ...varint(column + 1), 0];
}

/** Of an entry that is one code unit long. */
function firstByte(code: number): number {
  return 0x80 | (code << 3);
}

/** Groups of six bits, the lowest first. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 64) {
    bytes.push(0x40 | (rest % 64));
    rest = Math.floor(rest / 64);
  }
  bytes.push(rest);
  return bytes;
}
