// SPDX-License-Identifier: MIT
import type { ByteCursor } from "../bytes/byte-cursor.ts";
import { damaged } from "../bytes/damaged.ts";

/** What forms depend on. */
export interface Encoding {
  readonly version: number;
  /** Bytes of an offset: 4, or 8 in 64-bit DWARF. */
  readonly offsetBytes: number;
  readonly addressBytes: number;
}

/** The head of a unit of `.debug_info`. */
export interface UnitHeader extends Encoding {
  /** Where the unit begins and ends in the section, and its first entry. */
  readonly start: number;
  readonly end: number;
  readonly firstEntry: number;
  readonly abbreviations: number;
}

const UNIT_TYPE = 0x02;
const UNIT_SKELETON = 0x04;
const UNIT_SPLIT_COMPILE = 0x05;
const UNIT_SPLIT_TYPE = 0x06;

/** A length that says how many bytes an offset has. */
export function readInitialLength(cursor: ByteCursor): { length: number; offsetBytes: number } {
  const length = cursor.u32();
  if (length < 0xffff_fff0) return { length, offsetBytes: 4 };
  if (length !== 0xffff_ffff) damaged("a reserved length");
  return { length: cursor.u64(), offsetBytes: 8 };
}

/**
 * Reads the head of the unit at the cursor, and leaves the cursor in it.
 *
 * @throws DamagedFile, also for a version that is not known.
 */
export function readUnitHeader(cursor: ByteCursor): UnitHeader {
  const start = cursor.at;
  const { length, offsetBytes } = readInitialLength(cursor);
  const end = cursor.at + length;
  if (length > cursor.left) damaged("a unit beyond the end");
  const version = cursor.u16();
  if (version < 2 || version > 5) {
    return { start, end, firstEntry: end, abbreviations: 0, version, offsetBytes, addressBytes: 8 };
  }
  let type = 0;
  let addressBytes = 0;
  let abbreviations = 0;
  if (version >= 5) {
    type = cursor.u8();
    addressBytes = cursor.u8();
    abbreviations = cursor.unsigned(offsetBytes);
  } else {
    abbreviations = cursor.unsigned(offsetBytes);
    addressBytes = cursor.u8();
  }
  if (type === UNIT_SKELETON || type === UNIT_SPLIT_COMPILE) cursor.skip(8);
  if (type === UNIT_TYPE || type === UNIT_SPLIT_TYPE) cursor.skip(8 + offsetBytes);
  return { start, end, firstEntry: cursor.at, abbreviations, version, offsetBytes, addressBytes };
}
