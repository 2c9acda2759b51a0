// SPDX-License-Identifier: MIT

import type { LineWeight } from "@pyspy/analyze";
import { formatPercent } from "../../text/format-number.ts";
import { visibleExcerpt } from "../../text/visible-text.ts";
import { element, type Html } from "../element.ts";

/** Lines shown around one that took time. */
const CONTEXT = 2;
/** Shares below this bring no line into sight. */
const LEAST_SHARE = 0.001;
const LONGEST_LINE = 240;
const SHADES = 8;

/** The lines of a file, with what they took. */
export interface HeatedFile {
  /** As recorded. */
  readonly file: string;
  readonly lines: readonly string[];
  readonly heat: ReadonlyMap<number, LineWeight>;
}

/** Numbers of the lines to show, from 1, ascending: those that took time, with some around them. */
export function hotLines({ lines, heat }: HeatedFile, whole: number): number[] {
  const shown = new Set<number>();
  for (const [line, { total }] of heat) {
    if (total === 0 || total < LEAST_SHARE * whole) continue;
    for (let near = line - CONTEXT; near <= line + CONTEXT; near++) {
      if (near >= 1 && near <= lines.length) shown.add(near);
    }
  }
  const ordered = [...shown].sort((a, b) => a - b);
  const isBlank = (line: number): boolean => lines[line - 1]!.trim() === "";
  // No stretch begins or ends with nothing.
  return ordered.filter((line, at) => {
    if (!isBlank(line)) return true;
    const [before, after] = [at, at].map((from, side) => {
      let near = from;
      const step = side === 0 ? -1 : 1;
      while (ordered[near + step] === ordered[near]! + step && isBlank(ordered[near]!))
        near += step;
      return ordered[near]!;
    }) as [number, number];
    return !isBlank(before) && !isBlank(after);
  });
}

/**
 * Lines of a file as a table: number, shares of the whole, text. Where lines are left out between two, a row
 * says so.
 */
export function sourceTable(
  { file, lines, heat }: HeatedFile,
  shown: readonly number[],
  whole: number,
): Html {
  const most = Math.max(...[...heat.values()].map(({ self }) => self));
  const rows: Html[] = [];
  shown.forEach((number, at) => {
    if (at > 0 && shown[at - 1]! < number - 1) rows.push(gapRow(number - 1 - shown[at - 1]!));
    const { self, total } = heat.get(number) ?? { self: 0, total: 0 };
    rows.push(
      element(
        "tr",
        { class: shadeOf(self, most), "data-line": number },
        element("td", { class: "n" }, String(number)),
        element("td", { class: "n" }, self > 0 ? formatPercent(self, whole) : ""),
        element("td", { class: "n" }, total > 0 ? formatPercent(total, whole) : ""),
        element("td", { class: "code" }, shownText(lines[number - 1]!)),
      ),
    );
  });
  const head = ["line", "self", "total"].map((heading) =>
    element("th", { scope: "col", class: "n" }, heading),
  );
  return element(
    "div",
    {
      class: "scroll",
      tabindex: 0,
      role: "region",
      "aria-label": `Lines of ${visibleExcerpt(file, 120)}`,
    },
    element(
      "table",
      { class: "source" },
      element("thead", {}, element("tr", {}, head, element("th", { scope: "col" }, "source"))),
      element("tbody", {}, rows),
    ),
  );
}

function gapRow(count: number): Html {
  const text = count === 1 ? "1 line" : `${count} lines`;
  return element("tr", { class: "gap" }, element("td", { colspan: 4 }, `… ${text}`));
}

/** The root of a share is easier to see than the share. */
function shadeOf(self: number, most: number): string | undefined {
  return self > 0 ? `heat-${Math.max(1, Math.round(SHADES * Math.sqrt(self / most)))}` : undefined;
}

/** Source text is shown as it is, but for what would show other text than there is. */
function shownText(line: string): string {
  return visibleExcerpt(line.replaceAll("\t", "    "), LONGEST_LINE);
}
