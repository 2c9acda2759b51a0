// SPDX-License-Identifier: MIT

const NO_COLUMNS = 0xe8;
const LONG = 0xf0;
const NO_LOCATION = 0xf8;

/** Where an instruction stands; see `FrameTable`. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * A location table (docs/capture-format.md) in which the n-th instruction, each of two bytes, stands at the n-th
 * position.
 */
export function locationTable(positions: readonly Position[], firstLine: number): Uint8Array {
  const bytes: number[] = [];
  let before = firstLine;
  for (const { line, column } of positions) {
    if (line <= 0) {
      bytes.push(NO_LOCATION);
      continue;
    }
    const change = line - before;
    before = line;
    bytes.push(column < 0 ? NO_COLUMNS : LONG);
    pushVarint(bytes, change < 0 ? -change * 2 + 1 : change * 2);
    // Where the expression ends was not kept.
    if (column < 0) continue;
    bytes.push(0);
    pushVarint(bytes, column + 1);
    bytes.push(0);
  }
  return Uint8Array.from(bytes);
}

function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  for (; rest >= 64; rest = Math.floor(rest / 64)) bytes.push(64 | (rest % 64));
  bytes.push(rest);
}
