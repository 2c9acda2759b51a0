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

/**
 * What says most in few cells: "Server.handle" rather than "Server.handle.<locals>", "…handle"
 * rather than "Server.ha…", and of "thread 42 (MainThread)" the name.
 */
function shorten(name: string, cells: number): string {
  // Only names of threads, processes and native functions have spaces.
  const core = name.includes(" ") ? inParentheses(name) : lastPart(name);
  const ellipsis = core === name || name.includes(" ") ? "" : "…";
  for (const candidate of [name.replaceAll(".<locals>.", "."), ellipsis + core]) {
    if (textCells(candidate) <= cells) return candidate;
  }
  return `${cutToCells(core, cells - 1)}…`;
}

function inParentheses(name: string): string {
  return /\(([^()]+)\)$/.exec(name)?.[1] ?? name;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1) || name;
}
