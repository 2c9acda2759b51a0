// SPDX-License-Identifier: MIT
import { GrowableInt32 } from "../model/growable.ts";

/** Line of the ranges that have none. */
export const NO_LINE = 0;
/** Column where none is known. */
export const NO_COLUMN = -1;

/** What a range of instructions has in common. */
export interface LineRange {
  readonly line: number;
  readonly column: number;
}

const NOWHERE: LineRange = { line: NO_LINE, column: NO_COLUMN };

/** A decoded line table: ranges of instruction offsets that follow each other without a gap. */
export class LineRanges {
  readonly #end = new GrowableInt32();
  readonly #line = new GrowableInt32();
  readonly #column = new GrowableInt32();

  /** Adds the range from the end of the one before (first: 0) to `end`. Empty ones are left out. */
  add(end: number, line: number, column: number = NO_COLUMN): void {
    const before = this.#end.length === 0 ? 0 : this.#end.values[this.#end.length - 1]!;
    if (end <= before) return;
    this.#end.push(end);
    this.#line.push(line);
    this.#column.push(column);
  }

  /** The range that an instruction is in; beyond the last one no line is known. */
  find(instruction: number): LineRange {
    const ends = this.#end.values;
    let low = 0;
    let high = this.#end.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (ends[middle]! <= instruction) low = middle + 1;
      else high = middle;
    }
    if (low === this.#end.length) return NOWHERE;
    return { line: this.#line.values[low]!, column: this.#column.values[low]! };
  }
}
