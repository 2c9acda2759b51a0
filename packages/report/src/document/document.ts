// SPDX-License-Identifier: MIT

import type { TableColumn } from "../terminal/text-table.ts";

/**
 * An answer set out for people, before it is known whether it goes to a terminal or to a ticket. All
 * text is visible text: nothing of the recorded program is in it as it was.
 */
export interface Document {
  readonly title: string;
  /** Facts below the title: the quality of the data, what filters left out. One item a line. */
  readonly facts: readonly Fact[];
  /** What the reader should know before he believes a number. */
  readonly warnings: readonly string[];
  readonly sections: readonly Section[];
}

/** A sentence, or short parts that need not stand on one line. */
export type Fact = string | readonly string[];

export interface Section {
  readonly title: string;
  /** What the table means, in words; above it. */
  readonly lines: readonly string[];
  readonly table?: Table | undefined;
}

export interface Table {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly Cell[])[];
  /** Rows that are not shown. */
  readonly omitted: number;
  /** As wide as it is: what a line of a terminal has no room for is not cut. */
  readonly uncut?: boolean;
}

/** Text, or a place in code, which is shortened by its parts where room is scarce. */
export type Cell = string | CodeCell;

export interface CodeCell {
  /** Name of the function. */
  readonly name: string;
  /** "app/server.py:12"; "" for none. */
  readonly place: string;
}

/** A section that is nothing but a few lines. */
export function textSection(title: string, ...lines: readonly string[]): Section {
  return { title, lines };
}

/** At most `most` rows of a table; the others are counted. */
export function tableOf<T>(
  columns: readonly TableColumn[],
  items: readonly T[],
  cells: (item: T) => readonly Cell[],
  most: number = Number.POSITIVE_INFINITY,
): Table {
  const shown = items.slice(0, most);
  return { columns, rows: shown.map(cells), omitted: items.length - shown.length };
}
