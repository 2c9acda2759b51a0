// SPDX-License-Identifier: MIT

import type { CallTree } from "@pyspy/analyze";
import { expect, test } from "vitest";
import { HOSTILE_NAMES } from "../testing/hostile-names.ts";
import { parseTree } from "../testing/parse-tree.ts";
import { randomTree } from "../testing/random-tree.ts";
import { readSvg } from "../testing/read-svg.ts";
import { MODULE_COLOURS } from "./color-mode.ts";
import { svgDocument } from "./svg-document.ts";

const HEADING = {
  title: "python app.py",
  quality: ["4 samples", "1.00 s"],
  notes: ["Made by hand"],
};

function render(tree: CallTree): string {
  return [...svgDocument(tree, HEADING)].join("");
}

test("the picture by itself: heading, boxes, notes", async () => {
  const tree = parseTree(`
    [thread 7 (MainThread)];main@/srv/app/main.py:3;work@/srv/app/lib/work.py:9 3
    [thread 7 (MainThread)];main@/srv/app/main.py:3;rest@/srv/app/main.py:5 1
  `);
  const { texts, titles } = await readSvg(render(tree));
  expect(texts).toEqual([
    "python app.py",
    "4 samples · 1.00 s",
    "all",
    "thread 7 (MainThread)",
    "main (main.py:3)",
    "rest (main.py:5)",
    "work (lib/work.py:9)",
    MODULE_COLOURS,
    "Made by hand",
  ]);
  expect(titles).toContain(
    "work\n/srv/app/lib/work.py:9\n3 samples · 75.0 % of all\n75.0 % of parent\nself 3 samples · 75.0 %",
  );
});

test("hostile names give a valid document that shows them", async () => {
  const tree = parseTree(HOSTILE_NAMES.map((_, index) => `main;f${index} 1`).join("\n"));
  const labels = tree.labels.map((label) => {
    const hostile = HOSTILE_NAMES[Number(/^f(\d+)$/.exec(label.name)?.[1])];
    return hostile === undefined ? label : { ...label, name: hostile, file: hostile, line: 1 };
  });
  const hostileHeading = {
    title: HOSTILE_NAMES.join("").slice(0, 200),
    quality: [...HOSTILE_NAMES],
    notes: [...HOSTILE_NAMES],
  };
  for (const heading of [HEADING, hostileHeading]) {
    const xml = [...svgDocument({ ...tree, labels }, heading)].join("");
    const { titles, elements } = await readSvg(xml);
    expect(elements.get("script")).toBe(1);
    expect(elements.get("svg")).toBe(1);
    const names = titles.map((title) => title.split("\n")[0]);
    expect(names).toContain("]]><script>alert(1)</script>");
    expect(names).toContain("nul\\x00and\\x08bell\\x07");
    expect(names).toContain("right to left \\u202egpj.exe\\u2066x\\u2069");
    expect(names).toContain("high \\ud83d alone");
    expect(names).toContain(`${"x".repeat(2000)}… (100000 characters)`);
  }
});

test("nothing from outside is asked for, and colours need no style sheet", () => {
  const xml = render(parseTree("main;work 3"));
  expect(xml.replaceAll(/http:\/\/www\.w3\.org\/[\w/]+/g, "")).not.toMatch(
    /https?:|url\(|@import|href=/,
  );
  expect(xml.match(/<rect [^>]*>/g)!.every((rect) => rect.includes('fill="#'))).toBe(true);
});

test("an empty tree is a picture too", async () => {
  const { texts } = await readSvg(render(parseTree("")));
  expect(texts).toContain("all");
});

test("a large tree is cut to what can be seen, and says so", async () => {
  const xml = render(randomTree(100_000));
  const { elements, texts } = await readSvg(xml);
  expect(elements.get("rect")).toBeLessThan(4100);
  expect(texts.find((text) => text.includes("too narrow"))).toMatch(/of 100,000 frames/);
  expect(xml.length).toBeLessThan(1_500_000);
});
