// SPDX-License-Identifier: MIT

import { expect, test } from "vitest";
import { HOSTILE_NAMES } from "../testing/hostile-names.ts";
import { withNativeCode } from "../testing/native-code.ts";
import { readSvg } from "../testing/read-svg.ts";
import { type InputOptions, renameFunctions, reportInput } from "../testing/report-input.ts";
import { flamechart } from "./flamechart.ts";
import { LANE_TEXTS } from "./lane-svg.ts";

const TEXT = `
  main gil R: main;load;query:7 30
  main R: main;load;parse 20
  main S: main;wait 50
  worker waits S: run 40
  worker gil R: run;work 60
`;

function render(text = TEXT, options: InputOptions = {}): string {
  return [...flamechart.render(reportInput(text, options))].join("");
}

test("every thread has its name, its states and its calls", async () => {
  const svg = render(TEXT, { lines: false });
  const { texts, titles } = await readSvg(svg);
  expect(texts).toContain("main");
  expect(texts).toContain("worker");
  for (const text of Object.values(LANE_TEXTS)) expect(texts).toContain(text);
  expect(titles).toContain("query (app.py)\n300 ms, from 0 s on");
  expect(titles).toContain("load (app.py)\n500 ms, from 0 s on");
  expect(titles).toContain("wait (app.py)\n500 ms, from 500 ms on");
  expect(titles).toContain("work (app.py)\n600 ms, from 400 ms on");
  // Calls stand below what called them, and beside each other in time.
  const x = (name: string): number =>
    Number(new RegExp(`<title>${name} [^]*?<rect [^>]* x="([\\d.]+)"`).exec(svg)![1]);
  expect(x("query")).toBe(0);
  expect(x("parse")).toBeCloseTo(0.3 * 1168, 0);
  expect(x("wait")).toBeCloseTo(0.5 * 1168, 0);
});

test("a lane covers all the time that a thread was seen, each moment once", () => {
  const svg = render();
  const widths = [...svg.matchAll(/<path class="lane[^>]* d="([^"]*)"/g)].map(([, d]) =>
    [...d!.matchAll(/h([\d.]+)/g)].reduce((sum, [, width]) => sum + Number(width), 0),
  );
  expect(widths.reduce((sum, width) => sum + width, 0)).toBeCloseTo(2 * 1168, 0);
});

test("states are shown also of what filters left out", async () => {
  const { texts, titles } = await readSvg(render(TEXT, { active: true }));
  expect(titles.some((title) => title.startsWith("wait "))).toBe(false);
  expect(titles).toContain("idle");
  expect(titles).toContain("waits for the GIL");
  expect(texts.some((text) => text.startsWith("Left out"))).toBe(true);
});

test("a long recording of many threads stays a picture: bounded, and says what a column is", async () => {
  const threads = Array.from({ length: 50 }, (_, thread) =>
    Array.from({ length: 150 }, (_, i) => `t${thread} R: main;f${i % 7};g${i % 11};h${i} 1`),
  );
  const svg = render(threads.flat().join("\n"), { capture: { blockTicks: 100 } });
  const { elements, texts } = await readSvg(svg);
  expect(elements.get("rect")).toBeLessThan(13_000);
  expect(texts.some((text) => text.includes("A column is"))).toBe(true);
  expect(texts.some((text) => text.includes("10 of 50 threads are not shown"))).toBe(true);
});

test("hostile names give a valid document that shows them", async () => {
  const text = HOSTILE_NAMES.map((_, index) => `main R: top;f${index} 5`).join("\n");
  const svg = render(text, {
    lines: false,
    change: (profile) => ({
      ...renameFunctions(profile, (name) => HOSTILE_NAMES[Number(name.slice(1))] ?? name),
      threads: profile.threads.map((thread) => ({ ...thread, name: HOSTILE_NAMES.join("") })),
    }),
  });
  const { titles, elements } = await readSvg(svg);
  expect(elements.get("script")).toBe(1);
  expect(titles.some((title) => title.includes("]]><script>alert(1)</script>"))).toBe(true);
  expect(svg.replaceAll(/http:\/\/www\.w3\.org\/[\w/]+/g, "")).not.toMatch(/https?:|url\(|href=/);
});

test("nothing selected is a picture too", async () => {
  expect((await readSvg(render("main S: main 5", { active: true }))).texts).toContain(
    "holds the GIL",
  );
});

test("native code has its own colour", () => {
  const svg = render("main R: main;sort 5", {
    change: (profile) =>
      withNativeCode(profile, {
        sort: { mapping: { path: "/lib/libsort.so", buildId: "" }, address: 0x10n },
      }),
  });
  const paintOf = (name: string): string | undefined =>
    new RegExp(`<title>${name} [^]*?<rect class="(\\w)`).exec(svg)?.[1];
  expect([paintOf("main"), paintOf("sort")]).toEqual(["o", "n"]);
});
