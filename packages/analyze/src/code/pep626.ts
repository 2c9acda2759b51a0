// SPDX-License-Identifier: MIT
import { LineRanges, NO_LINE } from "./line-ranges.ts";

/** The change that says "no line" and changes nothing. */
const NO_LINE_DELTA = -128;

/**
 * co_linetable of Python 3.10 (PEP 626; CPython 3.10, Objects/lnotab_notes.txt): pairs of bytes,
 * (bytes of code in this range, signed change of the line before it).
 */
export function decodePep626(bytes: Uint8Array, firstLine: number): LineRanges {
  const ranges = new LineRanges();
  let end = 0;
  let line = firstLine;
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    end += bytes[at]!;
    const delta = (bytes[at + 1]! << 24) >> 24;
    if (delta === NO_LINE_DELTA) {
      ranges.add(end, NO_LINE);
      continue;
    }
    line = (line + delta) | 0;
    ranges.add(end, line);
  }
  return ranges;
}
