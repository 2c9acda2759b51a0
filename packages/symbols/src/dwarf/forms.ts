// SPDX-License-Identifier: MIT
import type { ByteCursor } from "../bytes/byte-cursor.ts";
import { damaged } from "../bytes/damaged.ts";
import { Form } from "./constants.ts";
import type { Encoding } from "./unit.ts";

/**
 * Reads a value past the cursor and returns its number: of a text that stands in the entry itself where
 * it begins, of a block how long it is.
 */
export function readForm(
  cursor: ByteCursor,
  form: number,
  constant: number,
  encoding: Encoding,
): number {
  switch (form) {
    case Form.addr:
      return cursor.unsigned(encoding.addressBytes);
    case Form.data1:
    case Form.ref1:
    case Form.flag:
    case Form.strx1:
    case Form.addrx1:
      return cursor.u8();
    case Form.data2:
    case Form.ref2:
    case Form.strx2:
    case Form.addrx2:
      return cursor.u16();
    case Form.strx3:
    case Form.addrx3:
      return cursor.u24();
    case Form.data4:
    case Form.ref4:
    case Form.refSup4:
    case Form.strx4:
    case Form.addrx4:
      return cursor.u32();
    case Form.data8:
    case Form.ref8:
    case Form.refSig8:
    case Form.refSup8:
      return cursor.u64();
    case Form.sdata:
      return cursor.sleb();
    case Form.udata:
    case Form.refUdata:
    case Form.strx:
    case Form.addrx:
    case Form.loclistx:
    case Form.rnglistx:
      return cursor.uleb();
    case Form.strp:
    case Form.lineStrp:
    case Form.secOffset:
    case Form.strpSup:
    case Form.gnuRefAlt:
    case Form.gnuStrpAlt:
      return cursor.unsigned(encoding.offsetBytes);
    case Form.refAddr:
      return cursor.unsigned(encoding.version < 3 ? encoding.addressBytes : encoding.offsetBytes);
    case Form.flagPresent:
      return 1;
    case Form.implicitConst:
      return constant;
    case Form.string: {
      const { at } = cursor;
      cursor.skipText();
      return at;
    }
    case Form.block1:
      return skipped(cursor, cursor.u8());
    case Form.block2:
      return skipped(cursor, cursor.u16());
    case Form.block4:
      return skipped(cursor, cursor.u32());
    case Form.block:
    case Form.exprloc:
      return skipped(cursor, cursor.uleb());
    case Form.data16:
      return skipped(cursor, 16);
    default:
      return damaged(`form ${form}`);
  }
}

function skipped(cursor: ByteCursor, length: number): number {
  cursor.skip(length);
  return length;
}
