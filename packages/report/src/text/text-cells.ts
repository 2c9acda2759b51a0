// SPDX-License-Identifier: MIT

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
const ASCII = /^[\u0000-\u007f]*$/;

/** Combining marks, joiners and variation selectors: drawn over what stands before them. */
const ZERO = /\p{Mn}|\p{Me}|\p{Cf}/u;

/**
 * Columns that a text takes in a monospace font: East Asian wide characters and emoji take two,
 * combining marks none. An estimate, made so that no text need be measured in the browser: asking
 * the browser for text lengths is what makes other flame graphs slow.
 */
export function textCells(text: string): number {
  if (ASCII.test(text)) return text.length;
  let cells = 0;
  for (const character of text) cells += characterCells(character);
  return cells;
}

/** The longest start of `text` that fits `limit` cells, never cutting a character in two. */
export function cutToCells(text: string, limit: number): string {
  if (limit <= 0) return "";
  // A character takes at most two UTF-16 units a cell, marks aside; no need to look at 100 KB.
  if (text.length <= limit && ASCII.test(text)) return text;
  let cells = 0;
  let end = 0;
  for (const character of text) {
    cells += characterCells(character);
    if (cells > limit) break;
    end += character.length;
    if (end > 16 * limit) break;
  }
  return text.slice(0, end);
}

function characterCells(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (isWide(code)) return 2;
  return ZERO.test(character) ? 0 : 1;
}

/** Wide and full-width blocks of Unicode's EastAsianWidth, in whole blocks. */
function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}
