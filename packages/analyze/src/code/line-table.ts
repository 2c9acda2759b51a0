// SPDX-License-Identifier: MIT
import { LineTableKind } from "@pyspy/schemas";
import type { LineRange } from "./line-ranges.ts";
import { LineRanges } from "./line-ranges.ts";
import { decodeLnotab } from "./lnotab.ts";
import { decodeLocationTable } from "./location-table.ts";
import { decodePep626 } from "./pep626.ts";

/** What is needed of a code object to tell lines. */
export interface LineTableSource {
  readonly kind: LineTableKind;
  /** The table as it stands in the interpreter. */
  readonly bytes: Uint8Array;
  readonly firstLine: number;
  /** The recording holds the beginning of the table only. */
  readonly truncated: boolean;
}

/** Where an instruction stands in the source. */
export type LinePosition = Pick<LineRange, "line" | "column">;

/**
 * Answers where the instructions of one code object stand in the source. Decodes the table when
 * it is first asked, and once. Any bytes are accepted: a table is data of the observed process.
 */
export class LineTable {
  readonly #source: LineTableSource;
  #ranges: LineRanges | undefined;

  constructor(source: LineTableSource) {
    this.#source = source;
  }

  /**
   * Position of an instruction.
   *
   * @param instruction byte offset in the code. Negative: the frame has not started, which is the
   *   first line of its code.
   * @returns line, 1-based, 0 when the table gives none; column as UTF-8 byte offset, 0-based, -1
   *   when it is unknown, as it always is before Python 3.11.
   */
  position(instruction: number): LinePosition {
    if (this.#source.kind === LineTableKind.LINE_TABLE_NONE) return { line: 0, column: -1 };
    if (instruction < 0) return { line: validLine(this.#source.firstLine), column: -1 };
    this.#ranges ??= decode(this.#source);
    const { line, column } = this.#ranges.find(instruction);
    return { line: validLine(line), column };
  }
}

function validLine(line: number): number {
  return Math.max(line, 0);
}

function decode(source: LineTableSource): LineRanges {
  const { kind, bytes, firstLine, truncated } = source;
  switch (kind) {
    case LineTableKind.LINE_TABLE_LNOTAB_UNSIGNED:
      return decodeLnotab(bytes, firstLine, { signed: false, truncated });
    case LineTableKind.LINE_TABLE_LNOTAB_SIGNED:
      return decodeLnotab(bytes, firstLine, { signed: true, truncated });
    case LineTableKind.LINE_TABLE_PEP626:
      return decodePep626(bytes, firstLine);
    case LineTableKind.LINE_TABLE_LOCATIONS:
      return decodeLocationTable(bytes, firstLine);
    default:
      // NONE, or a kind of a later minor version.
      return new LineRanges();
  }
}
