// SPDX-License-Identifier: MIT

import { expect, test } from "vitest";
import { codeTable } from "../code/code-table.ts";
import { reportInput } from "../testing/report-input.ts";
import { stackSlices } from "./stack-slices.ts";
import { threadsInOrder } from "./threads-in-order.ts";

function slices(text: string): string[] {
  const { selection } = reportInput(text, { active: true });
  const code = codeTable(selection.profile, { lines: false });
  const { runs } = threadsInOrder(selection)[0]!;
  return [...stackSlices(selection.profile, code, runs)].map(
    ({ kind, nanos, function: index }) =>
      `${nanos / 1e6} ${kind === "begin" ? "+" : "-"}${code.functions[index]!.name}`,
  );
}

test("what stays on the stack goes on, whatever its line", () => {
  expect(slices("main R: main:1;a 1\nmain R: main:2;a;b 1\nmain R: main:3;c 1")).toEqual([
    "0 +main",
    "0 +a",
    "10 +b",
    "20 -b",
    "20 -a",
    "20 +c",
    "30 -c",
    "30 -main",
  ]);
});

test("a function below another caller is another call", () => {
  expect(slices("main R: a;c 1\nmain R: b;c 1")).toEqual([
    "0 +a",
    "0 +c",
    "10 -c",
    "10 -a",
    "10 +b",
    "10 +c",
    "20 -c",
    "20 -b",
  ]);
});

test("nothing is on the stack where nothing is selected", () => {
  expect(slices("main R: a 2\nmain S: a 3\nmain R: a 1\nmain R: 4\nmain R: a 1")).toEqual([
    "0 +a",
    "20 -a",
    "50 +a",
    "60 -a",
    "100 +a",
    "110 -a",
  ]);
});
