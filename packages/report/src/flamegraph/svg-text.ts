// SPDX-License-Identifier: MIT

import type { ReportHeading } from "../heading/report-heading.ts";
import { escapeXml } from "../text/escape-xml.ts";
import { cutToCells, textCells } from "../text/text-cells.ts";
import { wrapParts, wrapWords } from "../text/wrap-text.ts";
import type { LegendEntry } from "./color-mode.ts";
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

/** The title, the data-quality line and what colours mean, above the chart. */
export function svgHeader(heading: ReportHeading, legend: readonly LegendEntry[] = []): TextBlock {
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
  const height = top + 21 + lines.length * SMALL_LINE + 4;
  if (legend.length === 0) return { markup, height };
  return { markup: markup + swatches(legend, height + 4), height: height + SMALL_LINE + 2 };
}

/** One line: each colour with what it means. */
function swatches(legend: readonly LegendEntry[], baseline: number): string {
  let left = MARGIN;
  return legend
    .map(({ paint, text }) => {
      const at = left;
      left += 17 + textCells(text) * SMALL_ADVANCE + 18;
      return (
        `<rect class="${paint.name}" fill="${paint.light}" x="${at}" y="${baseline - 10}" width="11" height="11" rx="2"/>` +
        `<text class="muted" x="${at + 17}" y="${baseline}" font-size="12" fill="${MUTED}">${escapeXml(text)}</text>\n`
      );
    })
    .join("");
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
