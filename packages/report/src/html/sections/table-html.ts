// SPDX-License-Identifier: MIT

import type { Cell, Section, Table } from "../../document/document.ts";
import { formatCount } from "../../text/format-number.ts";
import { element, type Html } from "../element.ts";

const BAR_WIDTH = 60;
const BAR_HEIGHT = 9;
const HEADINGS = { part: "h3", whole: "h2" } as const;

/** A section of an answer: "whole" as a section of the page, "part" inside one. */
export function sectionHtml(
  { title, lines, table }: Section,
  size: keyof typeof HEADINGS,
  id?: string,
): Html {
  return element(
    size === "whole" ? "section" : "div",
    { id, class: "answer" },
    element(HEADINGS[size], {}, title),
    linesHtml(lines),
    table === undefined ? undefined : tableHtml(table, title),
  );
}

/** Lines that begin with a dash are a list. */
function linesHtml(lines: readonly string[]): Html[] {
  const items = lines.filter((line) => line.startsWith("- "));
  const paragraph = (line: string): Html => element("p", {}, line);
  if (items.length === 0) return lines.map(paragraph);
  const list = element(
    "ul",
    { class: "plain" },
    items.map((line) => element("li", {}, line.slice(2))),
  );
  const at = lines.indexOf(items[0]!);
  return [
    ...lines.slice(0, at).map(paragraph),
    list,
    ...lines.slice(at + items.length).map(paragraph),
  ];
}

/** The table in a box that scrolls by itself where it is too wide. */
export function tableHtml({ columns, rows, omitted }: Table, label: string): Html {
  const head = columns.map(({ heading, align }) =>
    heading === ""
      ? element("td", {})
      : element("th", { scope: "col", class: align === "right" ? "n" : undefined }, heading),
  );
  const body = rows.map((row) =>
    element(
      "tr",
      {},
      row.map((cell, at) => {
        const { heading, align } = columns[at]!;
        const bar = heading === "" ? shareBar(cell) : undefined;
        return element("td", { class: cellClass(cell, align) }, cellHtml(cell), bar);
      }),
    ),
  );
  return element(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": label },
    element(
      "table",
      {},
      columns.every(({ heading }) => heading === "")
        ? undefined
        : element("thead", {}, element("tr", {}, head)),
      element("tbody", {}, body),
    ),
    omitted === 0
      ? undefined
      : element("p", { class: "more" }, `… and ${formatCount(omitted)} more`),
  );
}

function cellClass(cell: Cell, align: "left" | "right"): string | undefined {
  if (align === "right") return "n";
  return typeof cell === "string" ? undefined : "code";
}

/** A share beside its number, where the number says by itself what it is a share of. */
export function shareBar(cell: Cell): Html | undefined {
  const percent = typeof cell === "string" ? /^>?(\d+\.\d) %$/.exec(cell)?.[1] : undefined;
  if (percent === undefined) return undefined;
  const width = (Number(percent) * BAR_WIDTH) / 100;
  return element(
    "svg",
    { class: "bar", width: BAR_WIDTH, height: BAR_HEIGHT, "aria-hidden": "true" },
    element("rect", { width: width.toFixed(1), height: BAR_HEIGHT, fill: "var(--bar,#a9c4df)" }),
  );
}

function cellHtml(cell: Cell): Html | string {
  if (typeof cell === "string") return cell;
  if (cell.place === "") return element("b", {}, cell.name);
  return element("span", {}, element("b", {}, cell.name), " ", element("small", {}, cell.place));
}
