// SPDX-License-Identifier: MIT

import { terminalStyle } from "../terminal/terminal-style.ts";
import { ellipsis, textTable } from "../terminal/text-table.ts";
import { fitLabel } from "../text/fit-label.ts";
import { formatCount } from "../text/format-number.ts";
import { wrapParts, wrapWords } from "../text/wrap-text.ts";
import type { Cell, Document, Section, Table } from "./document.ts";

/** How text for a terminal is set. */
export interface TextOptions {
  /** Emphasis by ANSI escapes. */
  readonly color: boolean;
  /** Width of the terminal; `undefined`: there is none. */
  readonly columns: number | undefined;
}

const INDENT = "  ";
const GAP = 2;
const LEAST_WIDTH = 60;
const MOST_WIDTH = 100;
/** A name and its place are worth at least this many columns. */
const LEAST_CODE_CELLS = 20;

/** Width of text for a terminal of so many columns: neither too narrow nor too wide to read. */
export function textWidth(columns: number | undefined): number {
  return Math.min(Math.max(columns ?? MOST_WIDTH, LEAST_WIDTH), MOST_WIDTH);
}

/** The document as text for a terminal, a section a piece. */
export function* documentText(document: Document, options: TextOptions): Generator<string> {
  const width = textWidth(options.columns);
  const style = terminalStyle(options.color);
  const indented = (text: string): string[] =>
    wrapWords(text, width - INDENT.length).map((line) => INDENT + line);
  const facts = document.facts.flatMap((fact) =>
    typeof fact === "string"
      ? indented(fact)
      : wrapParts(fact, width - INDENT.length).map((line) => INDENT + line),
  );
  const warnings = document.warnings.flatMap(indented).map((line) => style.warn(line));
  yield `${[style.strong(document.title), ...facts, ...warnings].join("\n")}\n`;
  for (const section of document.sections) {
    const lines = ["", style.strong(section.title), ...section.lines.flatMap(indented)];
    if (section.table !== undefined) {
      const [heading = "", ...rows] = tableLines(section.table, width);
      if (heading.trim() !== "") lines.push(style.faint(heading));
      lines.push(...rows, ...omittedLine(section));
    }
    yield `${lines.join("\n")}\n`;
  }
}

function omittedLine({ table }: Section): string[] {
  if (table === undefined || table.omitted === 0) return [];
  return [`${INDENT}… and ${formatCount(table.omitted)} more`];
}

function tableLines({ columns, rows, uncut = false }: Table, width: number): string[] {
  // What is not a place in code comes first: what it leaves of the width is for places.
  const plain = (cell: Cell): string => (typeof cell === "string" ? cell : "");
  const codeColumns = new Set(
    rows.flatMap((row) => row.flatMap((cell, at) => (typeof cell === "string" ? [] : [at]))),
  );
  const others = textTable(
    columns.filter((_, at) => !codeColumns.has(at)),
    rows.map((row) => row.map(plain).filter((_, at) => !codeColumns.has(at))),
  );
  const taken = others.reduce((most, { length }) => Math.max(most, length), 0) + INDENT.length;
  const room = Math.floor((width - taken) / Math.max(codeColumns.size, 1)) - GAP;
  const cells = Math.max(room, LEAST_CODE_CELLS);
  const fitted = rows.map((row) =>
    row.map((cell) => {
      if (typeof cell === "string") return cell;
      const { name, place } = fitLabel(cell.name, cell.place, cells);
      return name + place;
    }),
  );
  return textTable(columns, fitted).map((line) =>
    uncut ? INDENT + line : ellipsis(INDENT + line, width),
  );
}
