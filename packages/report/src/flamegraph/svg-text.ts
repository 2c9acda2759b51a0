// SPDX-License-Identifier: MIT

import type { ReportHeading } from "../heading/report-heading.ts";
import { escapeXml } from "../text/escape-xml.ts";
import { cutToCells, textCells } from "../text/text-cells.ts";
import { wrapParts, wrapWords } from "../text/wrap-text.ts";
import { MARGIN, MUTED, WIDTH } from "./theme.ts";

/** Lines of text that take `height` px. */
export interface TextBlock {
  readonly markup: string;
  readonly height: number;
}

/** Widths of proportional text cannot be known here: an average, on the safe side. */
const SMALL_ADVANCE = 6.7;
const LARGE_ADVANCE = 9.4;
const SMALL_LINE = 17;

/** The title and the data-quality line, above the chart. */
export function svgHeader(heading: ReportHeading): TextBlock {
  const titleCells = Math.floor((WIDTH - 2 * MARGIN) / LARGE_ADVANCE);
  const title =
    textCells(heading.title) <= titleCells
      ? heading.title
      : `${cutToCells(heading.title, titleCells - 1)}…`;
  const lines = wrapParts(heading.quality, smallCells());
  const top = 32;
  const markup =
    `<text x="${MARGIN}" y="${top}" font-size="17" font-weight="600">${escapeXml(title)}</text>\n` +
    smallLines(lines, top + 21);
  return { markup, height: top + 21 + lines.length * SMALL_LINE + 4 };
}

/** What there is to say below the chart. */
export function svgNotes(notes: readonly string[]): TextBlock {
  const lines = notes.flatMap((note) => wrapWords(note, smallCells()));
  return { markup: smallLines(lines, 24), height: 24 + lines.length * SMALL_LINE };
}

function smallCells(): number {
  return Math.floor((WIDTH - 2 * MARGIN) / SMALL_ADVANCE);
}

function smallLines(lines: readonly string[], top: number): string {
  return lines
    .map((line, index) => {
      const y = top + index * SMALL_LINE;
      return `<text class="muted" x="${MARGIN}" y="${y}" font-size="12" fill="${MUTED}">${escapeXml(line)}</text>\n`;
    })
    .join("");
}
