// SPDX-License-Identifier: MIT

import type { FrameLabel, LiveRow, LiveStatus, LiveUnit } from "@pyspy/analyze";
import { codeCells } from "../document/code-cells.ts";
import { type TerminalStyle, terminalStyle } from "../terminal/terminal-style.ts";
import { ellipsis } from "../terminal/text-table.ts";
import { fitLabel } from "../text/fit-label.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatPercent } from "../text/format-number.ts";
import { textCells } from "../text/text-cells.ts";
import { visibleExcerpt } from "../text/visible-text.ts";
import { sparkline } from "./sparkline.ts";
import type { TopSort, TopView } from "./top-view.ts";

/** All that a live screen shows. */
export interface TopInput {
  /** What runs. */
  readonly title: string;
  readonly status: LiveStatus;
  /** Those that the view shows, in its order. */
  readonly rows: readonly LiveRow[];
  readonly view: TopView;
  /** What the reader should know: why nothing comes any more. */
  readonly message: string;
}

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

export interface ScreenStyle {
  readonly color: boolean;
  /** The terminal shows more than ASCII. */
  readonly unicode: boolean;
}

/** Lines above the rows, and below them. */
const HEAD_LINES = 6;
const FOOT_LINES = 1;
const LEAST_COLUMNS = 20;
const LONGEST_NAME = 300;

const KEYS =
  "q quit  p pause  f/l/t/o functions lines threads processes  1-5 sort  / search  ? help";

const HELP: readonly string[] = [
  "q, Ctrl-C    quit",
  "p, space     pause: the table stands, what comes is still counted",
  "f l t o      functions, lines, threads, processes",
  "1 2          sort by self, by total of the last second",
  "3 4          sort by self, by total of all the time",
  "5            sort by name; a number again: the other way round",
  "/            show only rows with a text; Enter keeps it, Esc drops it",
  "i            count idle threads too, and the other way round",
  "g            count only who holds the GIL, and the other way round",
  "r            begin the totals anew",
  "arrows, Page Up, Page Down, Home, End   scroll",
  "",
  "any key      back",
];

/** How many rows of the table a screen has room for. */
export function topPage({ rows }: ScreenSize): number {
  return Math.max(0, rows - HEAD_LINES - FOOT_LINES);
}

/** The lines of a live screen: as many as it has rows, none wider than it is. */
export function topScreen(input: TopInput, size: ScreenSize, look: ScreenStyle): string[] {
  const style = terminalStyle(look.color);
  const columns = Math.max(size.columns, LEAST_COLUMNS);
  const { view, rows } = input;
  const page = topPage(size);
  const shown = view.help
    ? HELP.slice(0, page).map((line) => ellipsis(`  ${line}`, columns))
    : rowLines(rows.slice(view.scroll, view.scroll + page), input, columns);
  const body = [...shown, ...new Array<string>(Math.max(0, page - shown.length)).fill("")];
  const lines = [
    ...headLines(input, columns, look, style),
    ...body,
    footLine(input, columns, style),
  ];
  return lines.slice(0, Math.max(size.rows, 1));
}

/** The same without a screen: what it is about, and the first rows. */
export function topText(input: TopInput, size: ScreenSize): string[] {
  const style = terminalStyle(false);
  const [title, numbers] = headLines(input, size.columns, { color: false, unicode: true }, style);
  const rows = rowLines(input.rows.slice(0, size.rows), input, size.columns);
  return [title!, numbers!, heading(input.view, size.columns, style), ...rows];
}

function headLines(
  { title, status, view, message }: TopInput,
  columns: number,
  { unicode }: ScreenStyle,
  style: TerminalStyle,
): string[] {
  const { now, all, history, threads, processes } = status;
  const seconds = formatDuration(all.elapsedNanos);
  const rate = now.elapsedNanos > 0 ? Math.round((now.ticks * 1e9) / now.elapsedNanos) : 0;
  const parts = [seconds, `${rate} Hz`];
  if (processes > 1) parts.push(`${processes} processes`);
  if (now.unstable > 0) parts.push(`${formatPercent(now.unstable, now.samples)} unstable`);
  if (view.idle) parts.push("with idle threads");
  if (view.gil) parts.push("only with the GIL");
  const paused = view.paused ? "PAUSED  " : "";
  const share = (nanos: number): string => formatPercent(nanos, now.elapsedNanos);
  const active = now.elapsedNanos > 0 ? now.activeNanos / now.elapsedNanos : 0;
  const numbers = [
    `GIL ${share(now.gilNanos)}`,
    `active ${active.toFixed(1)} of ${threads} threads`,
    `CPU ${share(now.cpuNanos)}`,
  ].join("   ");
  const room = Math.max(0, columns - 8);
  const per = (of: "gilNanos" | "activeNanos"): number[] =>
    history.map((point) => (point.elapsedNanos > 0 ? point[of] / point.elapsedNanos : 0));
  const activeShares = per("activeNanos");
  const most = Math.max(1, ...activeShares.slice(-room));
  return [
    style.strong(
      ellipsis(`${paused}${visibleExcerpt(title, LONGEST_NAME)}  ${parts.join("  ")}`, columns),
    ),
    ellipsis(numbers, columns),
    `GIL     ${sparkline(per("gilNanos"), 1, room, unicode)}`,
    `active  ${sparkline(activeShares, most, room, unicode)}`,
    message === ""
      ? searchLine(view, columns)
      : style.warn(ellipsis(visibleExcerpt(message, LONGEST_NAME), columns)),
    heading(view, columns, style),
  ];
}

function searchLine({ search, typing }: TopView, columns: number): string {
  if (!typing && search === "") return "";
  return ellipsis(`/${visibleExcerpt(search, LONGEST_NAME)}${typing ? "_" : ""}`, columns);
}

const COLUMNS: readonly {
  readonly sort: TopSort;
  readonly title: string;
  readonly width: number;
}[] = [
  { sort: "selfNow", title: "%self", width: 7 },
  { sort: "totalNow", title: "%total", width: 7 },
  { sort: "self", title: "self", width: 11 },
  { sort: "total", title: "total", width: 11 },
];
const NUMBERS_WIDTH = COLUMNS.reduce((sum, { width }) => sum + width, 0);

/** The column that sorts has a mark, and, in colour, weight. */
function heading(view: TopView, columns: number, style: TerminalStyle): string {
  const mark = view.reversed ? "^" : "v";
  const isTime = view.unit === "thread" || view.unit === "process";
  const cells = COLUMNS.map(({ sort, title, width }) => {
    const named = isTime ? title.replace("self", "active") : title;
    return { text: (sort === view.sort ? named + mark : named).padStart(width), sort };
  });
  const name = `  ${view.unit}${view.sort === "name" ? mark : ""}`;
  const all = [...cells, { text: name, sort: "name" as const }];
  const plain = all.map(({ text }) => text).join("");
  if (plain.length > columns) return style.faint(ellipsis(plain, columns));
  return all
    .map(({ text, sort }) => (sort === view.sort ? style.strong(text) : style.faint(text)))
    .join("");
}

function rowLines(rows: readonly LiveRow[], { status }: TopInput, columns: number): string[] {
  const cell = codeCells(rows.map(({ label }) => label));
  const { elapsedNanos } = status.now;
  const percent = (nanos: number): string =>
    elapsedNanos > 0 ? ((100 * nanos) / elapsedNanos).toFixed(1) : "0.0";
  return rows.map(({ label, selfNow, totalNow, self, total }) => {
    const numbers = [
      percent(selfNow),
      percent(totalNow),
      formatDuration(self),
      formatDuration(total),
    ];
    const start = numbers.map((text, i) => text.padStart(COLUMNS[i]!.width)).join("");
    return ellipsis(`${start}  ${place(label, cell, columns - NUMBERS_WIDTH - 2)}`, columns);
  });
}

function place(label: FrameLabel, cell: ReturnType<typeof codeCells>, cells: number): string {
  if (isWhole(label)) return ellipsis(visibleExcerpt(label.name, LONGEST_NAME), Math.max(cells, 1));
  const { name, place } = cell(label);
  const fitted = fitLabel(name, place, Math.max(cells, 1));
  return fitted.name + fitted.place;
}

function isWhole({ kind }: FrameLabel): boolean {
  return kind === "thread" || kind === "process";
}

function footLine({ view, rows }: TopInput, columns: number, style: TerminalStyle): string {
  const at = rows.length === 0 ? "no rows" : `${view.scroll + 1} of ${rows.length}`;
  const room = columns - textCells(at) - 2;
  const keys = room > 0 ? ellipsis(KEYS, room) : "";
  return style.faint(`${keys.padEnd(Math.max(room, 0))}  ${at}`);
}

/** Names of the units, for options. */
export const TOP_UNITS: readonly LiveUnit[] = ["function", "line", "thread", "process"];
