// SPDX-License-Identifier: MIT

import { formatCount } from "../text/format-number.ts";
import { codeText } from "./code-cells.ts";
import type { Cell, Document, Table } from "./document.ts";

/**
 * The document as Markdown (GitHub's, with tables) for a ticket. Names of the recorded program are
 * code, so that nothing in them formats, links or mentions anybody.
 */
export function* documentMarkdown(document: Document): Generator<string> {
  yield `### ${escapeMarkdown(document.title)}\n\n`;
  for (const fact of document.facts) {
    yield `- ${escapeMarkdown(typeof fact === "string" ? fact : fact.join(" · "))}\n`;
  }
  for (const warning of document.warnings) yield `- **${escapeMarkdown(warning)}**\n`;
  for (const { title, lines, table } of document.sections) {
    yield `\n**${escapeMarkdown(title)}**\n\n`;
    if (lines.length > 0) yield `${lines.map(escapeMarkdown).join("  \n")}\n`;
    if (table === undefined) continue;
    if (lines.length > 0) yield "\n";
    yield* tableMarkdown(table);
  }
}

function* tableMarkdown({ columns, rows, omitted }: Table): Generator<string> {
  yield row(columns.map(({ heading }) => escapeMarkdown(heading)));
  yield row(columns.map(({ align }) => (align === "right" ? "--:" : ":--")));
  for (const cells of rows) yield row(cells.map(cellMarkdown));
  if (omitted > 0) yield `\n… and ${formatCount(omitted)} more\n`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |\n`;
}

function cellMarkdown(cell: Cell): string {
  if (typeof cell === "string") return escapeMarkdown(cell);
  return codeSpan(codeText(cell));
}

/** Text in a code span that ends where it should: the fence is longer than any run in the text. */
function codeSpan(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const inner = text.startsWith("`") || text.endsWith("`") ? ` ${text} ` : text;
  // In a table a bar ends the cell, in a code span too.
  return `${fence}${inner.replaceAll("|", "\\|")}${fence}`;
}

/** Plain text of which nothing is taken for formatting, a link, HTML or a mention. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~@]/g, (character) =>
    character === "@" ? "@\u200b" : `\\${character}`,
  );
}
