// SPDX-License-Identifier: MIT

import { expect, test } from "vitest";
import { HOSTILE_NAMES } from "../testing/hostile-names.ts";
import { renameFunctions, reportInput } from "../testing/report-input.ts";
import { textCells } from "../text/text-cells.ts";
import { renderSummary } from "./render-summary.ts";

const TEXT = `
  MainThread gil R: main;work;hot 30
  MainThread R: main;work 20
  MainThread S: main;sleep 50
  worker S: run;wait 100
`;

function render(...args: Parameters<typeof reportInput>): string {
  return [...renderSummary(reportInput(...args), { color: false, columns: 80 })].join("");
}

test("the whole of it", () => {
  expect(render(TEXT, { active: true })).toMatchInlineSnapshot(`
    "python app.py
      CPython 3.10.13 · pid 42
      Recorded 2023-11-14 22:13:20 UTC for 1.00 s, as long as asked
      pyspy-capture 0.0.0-test
      50 of 200 samples · 1.00 s · rate 100 Hz asked, 100 achieved · 0.0 % unstable
      filters removed 75.0 %
      Left out: threads that were idle (not runnable): 150 samples (75.0 %), 1.50 s.

    Threads
      thread  samples    time  active     GIL  name
       11219      100  1.00 s  50.0 %  30.0 %  MainThread
        2046      100  1.00 s   0.0 %   0.0 %  worker

    Functions by their own time
        self           total           function
      300 ms  60.0 %  300 ms   60.0 %  hot (app.py)
      200 ms  40.0 %  500 ms  100.0 %  work (app.py)

    Functions by time with what they call
        self           total           function
      200 ms  40.0 %  500 ms  100.0 %  work (app.py)
         0 s   0.0 %  500 ms  100.0 %  main (app.py)
      300 ms  60.0 %  300 ms   60.0 %  hot (app.py)
    "
  `);
});

test("colour changes nothing but colour", () => {
  const input = reportInput(TEXT);
  const plain = [...renderSummary(input, { color: false, columns: 100 })].join("");
  const coloured = [...renderSummary(input, { color: true, columns: 100 })].join("");
  expect(coloured).not.toBe(plain);
  const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g");
  expect(coloured.replaceAll(escapes, "")).toBe(plain);
});

test("hostile names neither reach the terminal nor break the layout", () => {
  const text = HOSTILE_NAMES.map((_, index) => `main R: top;f${index} 1`).join("\n");
  const output = render(text, {
    change: (profile) =>
      renameFunctions(profile, (name) => HOSTILE_NAMES[Number(name.slice(1))] ?? name),
  });
  for (const line of output.split("\n")) {
    expect(line).toMatch(/^[^\p{Cc}\p{Cs}]*$/u);
    expect(textCells(line)).toBeLessThanOrEqual(80);
  }
});

test("nothing left by the filters is said in words", () => {
  expect(render("main S: main 3", { active: true })).toContain("No samples are left");
});
