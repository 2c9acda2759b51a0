import { LineTableKind } from "@pyspy/schemas";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineTable } from "./line-table.ts";

function lineTable(kind: LineTableKind, bytes: Iterable<number>, truncated = false): LineTable {
  return new LineTable({ kind, bytes: Uint8Array.from(bytes), firstLine: 10, truncated });
}

function lines(table: LineTable, instructions: readonly number[]): number[] {
  return instructions.map((instruction) => table.position(instruction).line);
}

/** 255 as a signed byte: one line back. */
const BACK = 255;

describe("LineTable of co_lnotab", () => {
  // Bytes from the rules of CPython's Objects/lnotab_notes.txt.
  const bytes = [6, 1, 50, 2, 0, 127, 0, 3, 255, 0, 45, 1];

  it("adds up jumps that are split over several pairs", () => {
    const table = lineTable(LineTableKind.LINE_TABLE_LNOTAB_SIGNED, bytes);
    expect(lines(table, [0, 5, 6, 55, 56, 355, 356, 9999])).toEqual([
      10, 10, 11, 11, 143, 143, 144, 144,
    ]);
  });

  it("goes back where changes are signed, since 3.6, and forward before", () => {
    expect(lines(lineTable(LineTableKind.LINE_TABLE_LNOTAB_SIGNED, [4, BACK]), [4])).toEqual([9]);
    expect(lines(lineTable(LineTableKind.LINE_TABLE_LNOTAB_UNSIGNED, [4, BACK]), [4])).toEqual([
      265,
    ]);
  });

  it("knows no line beyond the end of a table that was cut off", () => {
    const table = lineTable(LineTableKind.LINE_TABLE_LNOTAB_SIGNED, bytes, true);
    expect(lines(table, [355, 356])).toEqual([143, 0]);
  });
});

describe("LineTable of 3.10", () => {
  it("has ranges with and without a line", () => {
    // PEP 626 in Objects/lnotab_notes.txt of 3.10: (bytes, change), -128 for no line.
    const table = lineTable(LineTableKind.LINE_TABLE_PEP626, [4, 1, 2, 0x80, 6, 2, 0, 5, 2, BACK]);
    expect(lines(table, [0, 3, 4, 5, 6, 11, 12, 13, 14])).toEqual([
      11, 11, 0, 0, 13, 13, 17, 17, 0,
    ]);
  });
});

describe("LineTable of 3.11", () => {
  it("reads every kind of entry", () => {
    const table = lineTable(
      LineTableKind.LINE_TABLE_LOCATIONS,
      [
        // Long form: line +1, end +0, columns 4 (3 + 1) and 9, for 2 units.
        0b1_1110_001, 0b10, 0, 4, 9,
        // Short form 2: columns 2 * 8 + 5, for 1 unit.
        0b1_0010_000, 0x53,
        // One line form, 1 line on: column 7, for 1 unit.
        0b1_1011_000, 7, 9,
        // No columns: 33 lines back in two groups of 6 bits, for 3 units.
        0b1_1101_010, 0x43, 1,
        // No location, for 8 units.
        0b1_1111_111,
      ],
    );
    expect(table.position(0)).toEqual({ line: 11, column: 3 });
    expect(table.position(3)).toEqual({ line: 11, column: 3 });
    expect(table.position(4)).toEqual({ line: 11, column: 21 });
    expect(table.position(6)).toEqual({ line: 12, column: 7 });
    expect(table.position(8)).toEqual({ line: 0, column: -1 });
    expect(table.position(14)).toEqual({ line: 0, column: -1 });
    expect(table.position(30)).toEqual({ line: 0, column: -1 });
  });

  it("ignores an entry that is cut off", () => {
    const table = lineTable(LineTableKind.LINE_TABLE_LOCATIONS, [0b1_1011_000, 7, 9, 0xf0, 2]);
    expect(lines(table, [0, 2])).toEqual([11, 0]);
  });
});

describe("LineTable", () => {
  const kinds = [0, 1, 2, 3, 4, 99] as LineTableKind[];

  it("takes the first line for a frame that has not started", () => {
    for (const kind of kinds.slice(1)) {
      expect(lineTable(kind, []).position(-2)).toEqual({ line: 10, column: -1 });
    }
    expect(lineTable(0, []).position(-2).line).toBe(0);
  });

  it("takes any bytes for a table", () => {
    const instruction = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.uint8Array(), instruction, (kind, bytes, at) => {
        const { line, column } = lineTable(kind, bytes).position(at);
        expect(line).toBeGreaterThanOrEqual(0);
        expect(column).toBeGreaterThanOrEqual(-1);
      }),
    );
  });
});
