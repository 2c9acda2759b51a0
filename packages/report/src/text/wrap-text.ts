// SPDX-License-Identifier: MIT

import { cutToCells, textCells } from "./text-cells.ts";

/** Joins parts with " · " into lines of at most `cells` columns; a longer part is cut. */
export function wrapParts(parts: readonly string[], cells: number): string[] {
  return fill(parts, " · ", cells);
}

/** Breaks one line at its spaces; a longer word is broken anywhere. */
export function wrapWords(line: string, cells: number): string[] {
  const words = line.split(" ").flatMap((word) => breakWord(word, cells));
  return fill(words, " ", cells);
}

function fill(parts: readonly string[], separator: string, cells: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const joined = last === undefined ? part : last + separator + part;
    if (last !== undefined && textCells(joined) <= cells) lines[lines.length - 1] = joined;
    else lines.push(textCells(part) <= cells ? part : `${cutToCells(part, cells - 1)}…`);
  }
  return lines;
}

function breakWord(word: string, cells: number): string[] {
  const pieces: string[] = [];
  let rest = word;
  while (textCells(rest) > cells) {
    const piece = cutToCells(rest, cells);
    pieces.push(piece);
    rest = rest.slice(Math.max(piece.length, 1));
  }
  pieces.push(rest);
  return pieces;
}
