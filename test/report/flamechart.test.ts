// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { formatByName } from "@pyspy/report";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HOSTILE_NAMES } from "../../packages/report/src/testing/hostile-names.ts";
import { renameFunctions, reportInput } from "../../packages/report/src/testing/report-input.ts";
import { visibleExcerpt } from "../../packages/report/src/text/visible-text.ts";
import { launchBrowser, type PageOptions, type TestBrowser } from "../support/browser.ts";

const TEXT = `
  main gil R: main;load;query 30
  main S: main;wait 70
  worker waits S: run 40
  worker gil R: run;work 60
`;

let browser: TestBrowser;
let directory: string;

beforeAll(async () => {
  browser = await launchBrowser();
  directory = mkdtempSync(join(tmpdir(), "pspy-flamechart-"));
});

afterAll(async () => {
  await browser?.close();
  rmSync(directory, { recursive: true, force: true });
});

function picture(...args: Parameters<typeof reportInput>): string {
  return [...formatByName("flamechart")!.render(reportInput(...args))].join("");
}

async function open(svg: string, options: PageOptions = { javaScriptEnabled: false }, hash = "") {
  const path = join(directory, "run.flamechart.svg");
  writeFileSync(path, svg);
  const watched = await browser.newPage(options);
  await watched.page.goto(pathToFileURL(path).href + hash);
  return watched;
}

test("calls stand in time and below their callers, on light pages and on dark ones", async () => {
  for (const scheme of ["light", "dark"] as const) {
    const options = { javaScriptEnabled: false, colorScheme: scheme };
    const { page, complaints } = await open(picture(TEXT, { lines: false }), options);
    const boxOf = async (name: string) =>
      (await page.locator("g > rect + text", { hasText: name }).first().boundingBox())!;
    const [main, load, wait, work] = [
      await boxOf("main"),
      await boxOf("load"),
      await boxOf("wait"),
      await boxOf("work"),
    ];
    expect(load.y).toBeGreaterThan(main.y);
    expect(wait.x).toBeGreaterThan(load.x + 300);
    expect(wait.y).toBe(load.y);
    expect(work.y).toBeGreaterThan(wait.y + 30);
    expect(await page.locator("text", { hasText: "waits for the GIL" }).isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  }
});

/** The calls that are to be seen, with their widths in px. */
async function calls(page: Page): Promise<Record<string, number>> {
  const shown = await page.locator(".calls > g:not([display='none'])").all();
  return Object.fromEntries(
    await Promise.all(
      shown.map(async (each) => [
        (await each.locator("title").textContent())!.split(" ")[0],
        Number(await each.locator("rect").getAttribute("width")),
      ]),
    ),
  );
}

/** Times along the axis. */
function times(page: Page): Promise<string[]> {
  return page.locator(".axis text").allTextContents();
}

test("a click, a drag or a key looks closer, and the address brings it back", async () => {
  const svg = picture(TEXT, { lines: false });
  const { page, complaints } = await open(svg, {});
  const all = await calls(page);
  expect(Object.keys(all).sort()).toEqual(["load", "main", "query", "run", "wait", "work"]);
  expect(await times(page)).toContain("1.00 s");

  // The call of 300 ms fills the width; what is called later is gone.
  await page.locator(".calls > g", { hasText: "query" }).click();
  expect(await calls(page)).toMatchObject({ query: expect.closeTo(1167, -1) });
  expect(Object.keys(await calls(page)).sort()).toEqual(["load", "main", "query", "run"]);
  expect(await times(page)).toContain("150 ms");
  expect(page.url()).toMatch(/#time=0-0\.(3|299\d*)$/);
  const again = await open(svg, {}, new URL(page.url()).hash);
  expect(await calls(again.page)).toEqual(await calls(page));

  await page.goBack();
  await expect.poll(() => calls(page)).toEqual(all);
  const { y } = (await page.locator(".calls rect").first().boundingBox())!;
  await page.mouse.move(16 + 1168 * 0.5, y);
  await page.mouse.down();
  await page.mouse.move(16 + 1168 * 0.9, y, { steps: 4 });
  expect(await page.locator(".picked").isVisible()).toBe(true);
  await page.mouse.up();
  expect(await page.locator(".picked").isVisible()).toBe(false);
  const [, from, to] = /#time=([\d.]+)-([\d.]+)$/.exec(page.url())!.map(Number);
  expect(from).toBeCloseTo(0.5, 2);
  expect(to).toBeCloseTo(0.9, 2);
  const lane = (await page.locator("path.lane-gil").last().boundingBox())!;
  expect(lane.width).toBeCloseTo(1168, -1);

  await page.getByRole("button", { name: "Show all" }).click();
  expect(await calls(page)).toEqual(all);
  await page.keyboard.press("+");
  expect(await times(page)).not.toContain("1.00 s");
  await page.keyboard.press("Home");
  expect(await calls(page)).toEqual(all);
  expect([...complaints, ...again.complaints]).toEqual([]);
});

test("hostile names are names", async () => {
  const text = HOSTILE_NAMES.map((_, index) => `main R: top;f${index} 5`).join("\n");
  const change: NonNullable<Parameters<typeof reportInput>[1]>["change"] = (profile) =>
    renameFunctions(profile, (name) => HOSTILE_NAMES[Number(name.slice(1))] ?? name);
  const { page, complaints } = await open(picture(text, { change }), {});
  const titles = await page.locator(".calls title").allTextContents();
  const names = titles.map((title) => title.replace(/ \(app\.py:\d+\)\n.*$/, ""));
  for (const name of HOSTILE_NAMES) expect(names).toContain(visibleExcerpt(name, 2000));
  expect(await page.locator("script").count()).toBe(1);
  expect(complaints).toEqual([]);
});
