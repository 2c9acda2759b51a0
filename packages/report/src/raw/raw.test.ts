// SPDX-License-Identifier: MIT

import { expect, test } from "vitest";
import { HOSTILE_NAMES } from "../testing/hostile-names.ts";
import { renameFunctions, reportInput } from "../testing/report-input.ts";
import { raw } from "./raw.ts";

function render(...args: Parameters<typeof reportInput>): string {
  return [...raw.render(reportInput(...args))].join("");
}

const TEXT = `
  main R: main:3;work:7 2
  main R: main:3;work:8 1
  main S: 4
  worker-2 R: run:1;work:7 5
`;

test("one sorted line a stack, samples without a stack have none", () => {
  expect(render(TEXT)).toBe(
    [
      "main (app.py:3);work (app.py:7) 2",
      "main (app.py:3);work (app.py:8) 1",
      "run (app.py:1);work (app.py:7) 5",
      "",
    ].join("\n"),
  );
});

test("by function, lines are left away and added up", () => {
  expect(render(TEXT, { lines: false })).toBe(
    ["main (app.py);work (app.py) 3", "run (app.py);work (app.py) 5", ""].join("\n"),
  );
});

test("threads and processes are named as py-spy names them", () => {
  const lines = render(TEXT, { threads: true, processes: true }).split("\n");
  expect(lines[0]).toMatch(/^process 42:"python app\.py";thread \(\d+\): main 4$/);
  expect(lines[3]).toMatch(
    /^process 42:"python app\.py";thread \(\d+\): worker-2;run \(app\.py:1\);work \(app\.py:7\) 5$/,
  );
});

test("names cannot break lines or stacks", () => {
  const text = HOSTILE_NAMES.map((_, index) => `main R: top;f${index} 1`).join("\n");
  const output = render(text, {
    change: (profile) =>
      renameFunctions(profile, (name) => HOSTILE_NAMES[Number(name.slice(1))] ?? name),
  });
  const lines = output.trimEnd().split("\n");
  expect(lines).toHaveLength(HOSTILE_NAMES.length);
  for (const line of lines) expect(line).toMatch(/^top \(app\.py:1\);[^;\p{Cc}\p{Cs}]+ 1$/u);
  expect(lines).toContain("top (app.py:1);a:b:c 12 (app.py:1) 1");
});

test("nothing selected is an empty file", () => {
  expect(render("main S: main 3", { active: true })).toBe("");
});
