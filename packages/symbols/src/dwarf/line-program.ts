// SPDX-License-Identifier: MIT
import { ByteCursor } from "../bytes/byte-cursor.ts";
import type { WorkBudget } from "../bytes/work-budget.ts";
import { countBelow } from "../sorted-addresses.ts";
import type { LineHeader } from "./line-header.ts";

/** A row of a line table. */
export interface LineRow {
  /** Number of the file, see `LineHeader.file`. */
  readonly file: number;
  /** 1-based; 0: the code is of no line. */
  readonly line: number;
}

// Standard and extended opcodes (DWARF 5, sections 6.2.5.2 and 6.2.5.3).
const COPY = 1;
const ADVANCE_PC = 2;
const ADVANCE_LINE = 3;
const SET_FILE = 4;
const SET_COLUMN = 5;
const NEGATE_STMT = 6;
const BASIC_BLOCK = 7;
const CONST_ADD_PC = 8;
const FIXED_ADVANCE_PC = 9;
const PROLOGUE_END = 10;
const EPILOGUE_BEGIN = 11;
const SET_ISA = 12;
const END_SEQUENCE = 1;
const SET_ADDRESS = 2;

/**
 * Runs a line program, and keeps the rows that addresses lie in; no table is made.
 *
 * @param addresses ascending.
 * @param onRow is told the index of an address, and its row.
 * @throws DamagedFile
 */
export function runLineProgram(
  section: Uint8Array,
  header: LineHeader,
  addresses: Float64Array,
  budget: WorkBudget,
  onRow: (index: number, row: LineRow) => void,
): void {
  budget.spend(header.end - header.start);
  const cursor = new ByteCursor(section, header.start, header.end);
  const { opcodeBase, lineBase, lineRange, minimumInstruction } = header;
  let address = 0;
  let file = 1;
  let line = 1;
  // The row before, which reaches to this one's address.
  let isOpen = false;
  let openAddress = 0;
  let openFile = 0;
  let openLine = 0;

  const addRow = (endsSequence: boolean): void => {
    if (isOpen && address > openAddress) {
      const last = countBelow(addresses, address);
      for (let i = countBelow(addresses, openAddress); i < last; i++) {
        budget.spend(1);
        onRow(i, { file: openFile, line: openLine });
      }
    }
    isOpen = !endsSequence;
    openAddress = address;
    openFile = file;
    openLine = line;
  };

  while (cursor.left > 0) {
    const opcode = cursor.u8();
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase;
      address += Math.floor(adjusted / lineRange) * minimumInstruction;
      line += lineBase + (adjusted % lineRange);
      addRow(false);
      continue;
    }
    switch (opcode) {
      case 0: {
        const length = cursor.uleb();
        const end = cursor.at + length;
        const extended = length === 0 ? 0 : cursor.u8();
        if (extended === END_SEQUENCE) {
          addRow(true);
          address = 0;
          file = 1;
          line = 1;
        } else if (extended === SET_ADDRESS) {
          address = cursor.unsigned(length - 1);
        }
        cursor.seek(end);
        break;
      }
      case COPY:
        addRow(false);
        break;
      case ADVANCE_PC:
        address += cursor.uleb() * minimumInstruction;
        break;
      case ADVANCE_LINE:
        line += cursor.sleb();
        break;
      case SET_FILE:
        file = cursor.uleb();
        break;
      case SET_COLUMN:
      case SET_ISA:
        cursor.uleb();
        break;
      case NEGATE_STMT:
      case BASIC_BLOCK:
      case PROLOGUE_END:
      case EPILOGUE_BEGIN:
        break;
      case CONST_ADD_PC:
        address += Math.floor((255 - opcodeBase) / lineRange) * minimumInstruction;
        break;
      case FIXED_ADVANCE_PC:
        address += cursor.u16();
        break;
      default:
        for (let i = header.argumentCounts[opcode - 1]!; i > 0; i--) cursor.uleb();
    }
  }
}
