// SPDX-License-Identifier: MIT

import { LiveReader, LiveTotals } from "@pyspy/analyze";
import { expect, it } from "vitest";
// The writer of test captures is no part of what analyze exports.
import { captureOf } from "../../../analyze/src/testing/capture-writer.ts";
import { textCells } from "../text/text-cells.ts";
import { type TopInput, topPage, topScreen } from "./top-screen.ts";
import { FIRST_TOP_VIEW, pressKey, type TopView, topRows } from "./top-view.ts";

const LOOK = { color: false, unicode: true };
const SIZE = { columns: 80, rows: 14 };

function input(
  view: Partial<TopView> = {},
  text = "main gil R: main;work 30\nmain R: main;解析 10",
): TopInput {
  const totals = new LiveTotals({});
  for (const { profile } of new LiveReader().push(captureOf(text))) totals.add(profile);
  const asked = { ...FIRST_TOP_VIEW, ...view };
  return {
    title: "python app.py",
    status: totals.status(),
    rows: topRows(totals.rows(asked.unit), asked),
    view: asked,
    message: "",
  };
}

it("fills the screen, and nothing is wider", () => {
  for (const size of [SIZE, { columns: 30, rows: 9 }, { columns: 200, rows: 3 }]) {
    const lines = topScreen(input(), size, LOOK);
    expect(lines).toHaveLength(size.rows);
    for (const line of lines) expect(textCells(line)).toBeLessThanOrEqual(size.columns);
  }
});

it("says what all threads do, and what each row takes", () => {
  const lines = topScreen(input(), SIZE, LOOK);
  expect(lines[0]).toBe("python app.py  400 ms  100 Hz");
  expect(lines[1]).toBe("GIL 75.0 %   active 1.0 of 1 threads   CPU 0.0 %");
  expect(lines[5]).toBe(" %selfv %total       self      total  function");
  expect(lines[6]).toMatch(/^ {3}75\.0 {3}75\.0 {5}300 ms {5}300 ms {2}work/);
  expect(lines[7]).toMatch(/^ {3}25\.0 {3}25\.0 {5}100 ms {5}100 ms {2}解析/);
  expect(lines[8]).toMatch(/^ {4}0\.0 {2}100\.0 {8}0 s {5}400 ms {2}main/);
  expect(lines[13]).toMatch(/^q quit.* {2}1 of 3$/);
});

it("has no control character of a name", () => {
  const hostile = input({ search: "\u001b[2J" }, "main R: ma\u001b[31min 10");
  for (const line of topScreen({ ...hostile, message: "\u0007bell" }, SIZE, LOOK)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what is looked for
    expect(line).not.toMatch(/[\u0000-\u001f]/);
  }
});

it("sorts, searches and turns round", () => {
  const names = (view: Partial<TopView>): string[] =>
    input(view).rows.map(({ label }) => label.name);
  expect(names({ sort: "total" })).toEqual(["main", "work", "解析"]);
  expect(names({ sort: "name" })).toEqual(["main", "work", "解析"]);
  expect(names({ sort: "name", reversed: true })).toEqual(["解析", "work", "main"]);
  expect(names({ search: "WOR" })).toEqual(["work"]);
  expect(names({ unit: "thread" })).toEqual([expect.stringContaining("(main)")]);
});

it("follows keys", () => {
  const page = topPage(SIZE);
  const press = (view: TopView, ...keys: (string | { name: string; ctrl?: boolean })[]) =>
    keys.reduce<TopView>((at, key) => {
      const pressed = pressKey(at, typeof key === "string" ? { sequence: key } : key, {
        page,
        count: 20,
      });
      if (typeof pressed === "string") throw new Error(pressed);
      return pressed;
    }, view);
  expect(press(FIRST_TOP_VIEW, "l", "4", "4")).toMatchObject({
    unit: "line",
    sort: "total",
    reversed: true,
  });
  expect(press(FIRST_TOP_VIEW, { name: "end" })).toMatchObject({ scroll: 20 - page });
  expect(press(FIRST_TOP_VIEW, { name: "pageup" }, { name: "up" })).toMatchObject({ scroll: 0 });
  const typed = press(FIRST_TOP_VIEW, "/", "q", "x", { name: "backspace" });
  expect(typed).toMatchObject({ search: "q", typing: true });
  expect(press(typed, { name: "return" }, "p")).toMatchObject({ search: "q", paused: true });
  expect(press(typed, { name: "escape" })).toMatchObject({ search: "", typing: false });
  expect(pressKey(FIRST_TOP_VIEW, { sequence: "q" }, { page, count: 0 })).toBe("quit");
  expect(pressKey(typed, { name: "c", ctrl: true }, { page, count: 0 })).toBe("quit");
});
