// SPDX-License-Identifier: MIT

import type { LiveRow, LiveUnit } from "@pyspy/analyze";

/** A column by which rows are sorted. */
export type TopSort = "selfNow" | "totalNow" | "self" | "total" | "name";

/** How a person looks at a live table. */
export interface TopView {
  readonly unit: LiveUnit;
  readonly sort: TopSort;
  /** The largest, or the first of the alphabet, at the end. */
  readonly reversed: boolean;
  /** Only rows with this text, whatever its case; "" for all. */
  readonly search: string;
  /** The search is being typed. */
  readonly typing: boolean;
  readonly paused: boolean;
  /** Rows above the first that is shown. */
  readonly scroll: number;
  readonly help: boolean;
  /** Which observations count. */
  readonly idle: boolean;
  readonly gil: boolean;
}

export const FIRST_TOP_VIEW: TopView = {
  unit: "function",
  sort: "selfNow",
  reversed: false,
  search: "",
  typing: false,
  paused: false,
  scroll: 0,
  help: false,
  idle: false,
  gil: false,
};

/** What a key asks for besides another view. */
export type TopAction = "quit" | "reset" | "suspend";

/** A key as terminals name it: "up", "pagedown", "c" with ctrl, "/" as a sequence. */
export interface TopKey {
  readonly name?: string | undefined;
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean | undefined;
}

const UNITS: Readonly<Record<string, LiveUnit>> = {
  f: "function",
  l: "line",
  t: "thread",
  o: "process",
};

const SORTS: readonly TopSort[] = ["selfNow", "totalNow", "self", "total", "name"];

/**
 * What a key does to a view; an action where it is not only that.
 *
 * @param page rows that are shown at a time.
 * @param count rows that there are.
 */
export function pressKey(
  view: TopView,
  key: TopKey,
  { page, count }: { readonly page: number; readonly count: number },
): TopView | TopAction {
  const { name = "", sequence = "", ctrl = false } = key;
  if (ctrl && name === "c") return "quit";
  if (ctrl && name === "z") return "suspend";
  if (view.typing) return typeKey(view, key);
  if (view.help) return sequence === "q" ? "quit" : { ...view, help: false };
  const scrolled = (by: number): TopView => {
    const scroll = Math.max(0, Math.min(view.scroll + by, count - page));
    return { ...view, scroll: Math.max(0, scroll) };
  };
  switch (name) {
    case "up":
      return scrolled(-1);
    case "down":
      return scrolled(1);
    case "pageup":
      return scrolled(-page);
    case "pagedown":
      return scrolled(page);
    case "home":
      return { ...view, scroll: 0 };
    case "end":
      return scrolled(count);
    case "escape":
      return { ...view, search: "", scroll: 0 };
  }
  const unit = UNITS[sequence];
  if (unit !== undefined) return { ...view, unit, scroll: 0 };
  const sort = SORTS[Number(sequence) - 1];
  if (sort !== undefined) {
    return { ...view, sort, reversed: sort === view.sort && !view.reversed, scroll: 0 };
  }
  switch (sequence) {
    case "q":
      return "quit";
    case "r":
      return "reset";
    case "p":
    case " ":
      return { ...view, paused: !view.paused };
    case "/":
      return { ...view, typing: true, search: "" };
    case "?":
    case "h":
      return { ...view, help: true };
    case "i":
      return { ...view, idle: !view.idle };
    case "g":
      return { ...view, gil: !view.gil };
    default:
      return view;
  }
}

function typeKey(view: TopView, { name, sequence = "", ctrl = false }: TopKey): TopView {
  const { search } = view;
  if (name === "return" || name === "enter") return { ...view, typing: false };
  if (name === "escape") return { ...view, typing: false, search: "", scroll: 0 };
  if (name === "backspace") {
    return { ...view, search: [...search].slice(0, -1).join(""), scroll: 0 };
  }
  if (ctrl || [...sequence].length !== 1 || sequence < " ") return view;
  return { ...view, search: search + sequence, scroll: 0 };
}

/** The rows that a view shows, in its order. */
export function topRows(rows: readonly LiveRow[], view: TopView): LiveRow[] {
  const wanted = view.search.toLowerCase();
  const found =
    wanted === ""
      ? [...rows]
      : rows.filter(({ label: { name, file } }) =>
          `${name} ${file}`.toLowerCase().includes(wanted),
        );
  const { sort } = view;
  const compare = (a: LiveRow, b: LiveRow): number => {
    if (sort === "name") return compareNames(a, b);
    return b[sort] - a[sort] || b.self - a.self || b.total - a.total || compareNames(a, b);
  };
  found.sort(compare);
  return view.reversed ? found.reverse() : found;
}

function compareNames({ label: a }: LiveRow, { label: b }: LiveRow): number {
  const [x, y] = [`${a.name} ${a.file}`, `${b.name} ${b.file}`];
  return x < y ? -1 : x > y ? 1 : a.line - b.line;
}
