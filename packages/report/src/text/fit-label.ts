// SPDX-License-Identifier: MIT

import { cutToCells, textCells } from "./text-cells.ts";

/** A box's text in two parts, which differ in weight: what runs, and where it stands. */
export interface FittedLabel {
  readonly name: string;
  /** " (file:line)" with its space, or "". */
  readonly place: string;
}

const NOTHING: FittedLabel = { name: "", place: "" };
/** Fewer cells than this are no text but noise. */
const LEAST_CELLS = 3;

/**
 * The part of a frame's label that fits `cells` columns: name and place; else the place without
 * its directories; else the name; else what a qualified name ends in; else the start of that.
 * `name` and `place` must be visible text.
 */
export function fitLabel(name: string, place: string, cells: number): FittedLabel {
  if (cells < LEAST_CELLS) return NOTHING;
  const left = cells - textCells(name);
  if (left < 0) return { name: shorten(name, cells), place: "" };
  for (const candidate of place === "" ? [] : [place, place.replace(/^.*[\\/]/, "")]) {
    if (textCells(candidate) + 3 <= left) return { name, place: ` (${candidate})` };
  }
  return { name, place: "" };
}

/** "Server.handle_request" in few cells is "…handle_request", not "Server.hand…". */
function shorten(name: string, cells: number): string {
  const last = name.slice(name.lastIndexOf(".") + 1);
  if (last !== name && last !== "" && textCells(last) < cells) return `…${last}`;
  return `${cutToCells(last === "" ? name : last, cells - 1)}…`;
}
