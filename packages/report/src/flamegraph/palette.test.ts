// SPDX-License-Identifier: MIT

import type { FrameLabel } from "@pyspy/analyze";
import { pythonOrigin } from "@pyspy/analyze";
import { expect, test } from "vitest";
import { randomTree } from "../testing/random-tree.ts";
import { MODE_PAINTS } from "./color-mode.ts";
import { flameLabels } from "./flame-labels.ts";
import { oklch } from "./oklch.ts";
import { type Paint, paintOf } from "./palette.ts";

function paint(name: string, file: string): Paint {
  const label: FrameLabel = { kind: "python", name, file, line: 1 };
  return paintOf(label, pythonOrigin(file));
}

test("colours of OKLCH are those that others compute", () => {
  expect(oklch(1, 0, 0)).toBe("#ffffff");
  expect(oklch(0, 0, 0)).toBe("#000000");
  // CSS Color 4: oklch(0.62796 0.25768 29.2339) is red.
  expect(oklch(0.62796, 0.25768, 29.2339)).toBe("#ff0000");
});

test("a function has one colour, wherever it is installed and whenever it is recorded", () => {
  const one = paint("Query.all", "/a/lib/python3.9/site-packages/sqlalchemy/orm/query.py");
  const two = paint("Query.all", "/b/lib/python3.13/site-packages/sqlalchemy/orm/query.py");
  expect(one).toEqual(two);
  expect(paint("main", "/srv/v1/app/main.py")).toEqual(paint("main", "/srv/v2/app/main.py"));
});

test("text can be read on every colour", () => {
  const { paints } = flameLabels(randomTree(2000).labels);
  expect(paints.length).toBeGreaterThan(10);
  for (const { light, dark } of [...paints, ...MODE_PAINTS]) {
    expect(contrast(light, "#1b1f24")).toBeGreaterThan(7);
    expect(contrast(dark, "#e9ebee")).toBeGreaterThan(4.5);
  }
});

/** WCAG 2.1 */
function contrast(one: string, two: string): number {
  const [lighter, darker] = [luminance(one), luminance(two)].sort((a, b) => b - a);
  return (lighter! + 0.05) / (darker! + 0.05);
}

function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
