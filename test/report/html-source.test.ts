// SPDX-License-Identifier: MIT

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { axeViolations } from "../support/axe.ts";
import { launchBrowser, type TestBrowser } from "../support/browser.ts";
import { htmlFaults } from "../support/html-faults.ts";
import { openFile, printed, samplePage } from "../support/report-page.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const SAMPLES = fileURLToPath(new URL("../../samples", import.meta.url));

let browser: TestBrowser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser?.close());

interface LineRow {
  readonly line: string;
  readonly self: string;
  readonly total: string;
  readonly code: string;
}

/** The rows of the source view that took time. */
function lineRows(page: Page): Promise<LineRow[]> {
  return page.locator("#source tbody tr[data-line]").evaluateAll((rows) =>
    rows
      .map((row) => [...row.children].map(({ textContent }) => textContent ?? ""))
      .filter(([, , total]) => total !== "")
      .map(([line, self, total, code]) => ({
        line: line!,
        self: self!,
        total: total!,
        code: code!,
      })),
  );
}

/** What the command line says of a line that one function has to itself. */
async function lineOfCommand(line: number, ...words: string[]): Promise<[string, string]> {
  const text = await printed("top", "web_like.pspy", "--by", "line", "-n", "200", ...words);
  const row = text.split("\n").find((each) => each.includes(`(web_like.py:${line})`));
  const [self, total] = [...row!.matchAll(/[<>]?[\d.]+ %/g)].map(([share]) => share);
  return [self === "0.0 %" ? "" : self!, total!];
}

test("source text shows what its lines took, and follows the filters", async () => {
  const { page, complaints } = await browser.newPage();
  await openFile(page, await samplePage("web_like", "--source", SAMPLES));
  await page.waitForSelector("body[data-ready]");
  const rows = await lineRows(page);
  for (const line of [71, 120, 155]) {
    const { self, total, code } = rows.find((each) => each.line === String(line))!;
    expect([self, total]).toEqual(await lineOfCommand(line));
    expect(code).toContain(line === 71 ? "select * from product" : "");
  }
  await page.getByLabel("Threads that", { exact: true }).selectOption("gil");
  const held = (await lineRows(page)).find(({ line }) => line === "155")!;
  expect([held.self, held.total]).toEqual(await lineOfCommand(155, "--gil"));
  await page.getByLabel("A frame is a", { exact: true }).selectOption("module");
  expect(await lineRows(page)).toContainEqual(held);
  await page.getByLabel("all lines").check();
  expect(await page.locator("#source tbody tr").count()).toBe(245);
  expect(await axeViolations(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test("without scripts, source text is there all the same", async () => {
  const { page, complaints } = await browser.newPage({ javaScriptEnabled: false });
  const markup = await samplePage("web_like", "--source", SAMPLES);
  await openFile(page, markup);
  const query = (await lineRows(page)).find(({ line }) => line === "71")!;
  expect([query.self, query.total]).toEqual(await lineOfCommand(71));
  const about = await page.locator("#about").textContent();
  expect(about).toContain("(--source), of:/srv/samples/web_like.py");
  expect(await htmlFaults(markup)).toEqual([]);
  expect(complaints).toEqual([]);
});

const SOURCE = readFileSync(join(SAMPLES, "web_like.py"), "utf8");

/** The page of the sample, with this as the text of its program. */
function pageWithSource(text: string): Promise<string> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "web_like.py"), text);
  return samplePage("web_like", "--source", folder);
}

test("a file that is not the one that was recorded is left out, and named", async () => {
  const { page } = await browser.newPage({ javaScriptEnabled: false });
  await openFile(
    page,
    await pageWithSource(SOURCE.replace("import zlib", "import zlib\nimport os")),
  );
  expect(await page.locator("#source").count()).toBe(0);
  const about = await page.locator("#about").textContent();
  expect(about).toMatch(
    /Not the file that was recorded.*: \/srv\/samples\/web_like\.py: web_like\.py: \S+ does not begin at its line \d+\./,
  );
});

test("source text is text and nothing else", async () => {
  const { page, complaints } = await browser.newPage();
  const hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)> \u202e";
  await openFile(
    page,
    await pageWithSource(SOURCE.replace(".fetchall()", `.fetchall() # ${hostile}`)),
  );
  await page.waitForSelector("body[data-ready]");
  const query = (await lineRows(page)).find(({ line }) => line === "71")!;
  expect(query.code).toContain("<img src=x onerror=alert(2)> \\u202e");
  expect(await page.locator("img").count()).toBe(0);
  expect(complaints).toEqual([]);
});
