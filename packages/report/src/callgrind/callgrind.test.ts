// SPDX-License-Identifier: MIT

import { expect, test } from "vitest";
import { reportInput } from "../testing/report-input.ts";
import { callgrind } from "./callgrind.ts";

function render(...args: Parameters<typeof reportInput>): string {
  return [...callgrind.render(reportInput(...args))].join("");
}

function costs(text: string): string {
  return text.slice(text.indexOf("fl="));
}

test("functions have their own costs by line, and those of their calls", () => {
  const text = render(`
    main gil R: main:3;work:7 2
    main R: main:3;work:8 1
    main S: main:4 3
  `);
  expect(text).toContain("\nevents: wall cpu gil samples\nsummary: 60000000 0 20000000 6\n");
  expect(costs(text)).toBe(
    [
      "fl=(1) app.py",
      "fn=(1) work",
      "7 20000000 0 20000000 2",
      "8 10000000 0 0 1",
      "",
      "fl=(1)",
      "fn=(2) main",
      "cfi=(1)",
      "cfn=(1)",
      "calls=3 7",
      "3 30000000 0 20000000 3",
      "4 30000000 0 0 3",
      "",
      "totals: 60000000 0 20000000 6",
      "",
    ].join("\n"),
  );
});

test("recursion counts once, so that own costs and calls add up to the total", () => {
  const text = render("main R: main:2;walk:3;visit:5;walk:4;visit:6 1");
  expect(costs(text)).toBe(
    [
      "fl=(1) app.py",
      "fn=(1) visit",
      "6 10000000 0 0 1",
      "",
      "fl=(1)",
      "fn=(2) walk",
      "cfi=(1)",
      "cfn=(1)",
      "calls=1 6",
      "4 10000000 0 0 1",
      "",
      "fl=(1)",
      "fn=(3) main",
      "cfi=(1)",
      "cfn=(2)",
      "calls=1 4",
      "2 10000000 0 0 1",
      "",
      "totals: 10000000 0 0 1",
      "",
    ].join("\n"),
  );
});
