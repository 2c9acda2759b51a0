// SPDX-License-Identifier: MIT
import { LineRanges } from "./line-ranges.ts";

const END_OF_CODE = 0x7fffffff;

/**
 * co_lnotab of Python 2.3 to 3.9 (CPython 3.9, Objects/lnotab_notes.txt): pairs of bytes, (bytes of
 * code until the line changes, by how much it changes). The change is signed since 3.6. Larger
 * jumps are several pairs. The last line reaches to the end of the code.
 */
export function decodeLnotab(
  bytes: Uint8Array,
  firstLine: number,
  options: { readonly signed: boolean; readonly truncated: boolean },
): LineRanges {
  const ranges = new LineRanges();
  let address = 0;
  let line = firstLine;
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    const addressDelta = bytes[at]!;
    const lineDelta = bytes[at + 1]!;
    address += addressDelta;
    if (addressDelta > 0) ranges.add(address, line);
    line = (line + (options.signed ? (lineDelta << 24) >> 24 : lineDelta)) | 0;
  }
  if (!options.truncated) ranges.add(END_OF_CODE, line);
  return ranges;
}
