// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { formatByName } from "@pyspy/report";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HOSTILE_NAMES } from "../../packages/report/src/testing/hostile-names.ts";
import { renameFunctions, reportInput } from "../../packages/report/src/testing/report-input.ts";
import { launchBrowser, type TestBrowser } from "../support/browser.ts";

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

async function open(svg: string, colorScheme: "light" | "dark" = "light") {
  const path = join(directory, "run.flamechart.svg");
  writeFileSync(path, svg);
  const watched = await browser.newPage({ javaScriptEnabled: false, colorScheme });
  await watched.page.goto(pathToFileURL(path).href);
  return watched;
}

test("calls stand in time and below their callers, on light pages and on dark ones", async () => {
  for (const scheme of ["light", "dark"] as const) {
    const { page, complaints } = await open(picture(TEXT, { lines: false }), scheme);
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

test("hostile names are names", async () => {
  const text = HOSTILE_NAMES.map((_, index) => `main R: top;f${index} 5`).join("\n");
  const change: NonNullable<Parameters<typeof reportInput>[1]>["change"] = (profile) =>
    renameFunctions(profile, (name) => HOSTILE_NAMES[Number(name.slice(1))] ?? name);
  const { page, complaints } = await open(picture(text, { change }));
  expect(await page.locator("title", { hasText: "]]><script>" }).count()).toBeGreaterThan(0);
  expect(await page.locator("script").count()).toBe(0);
  expect(complaints).toEqual([]);
});
