// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  DEFAULT_FALSE_DISCOVERY_RATE,
  DEFAULT_THRESHOLD,
  type Selection,
  SideComparison,
} from "@pyspy/analyze";
import { diffFlamegraph } from "@pyspy/report";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type SimulatedFunction,
  simulatedWork,
} from "../../packages/analyze/src/testing/simulated-work.ts";
import { HOSTILE_NAMES } from "../../packages/report/src/testing/hostile-names.ts";
import { readSvg } from "../../packages/report/src/testing/read-svg.ts";
import {
  launchBrowser,
  type PageOptions,
  type TestBrowser,
  type WatchedPage,
} from "../support/browser.ts";

const BEFORE = { hot: 0.15, cold: 0.35, steady: 0.3, leaving: 0.2 };
const AFTER = { hot: 0.3, cold: 0.2, steady: 0.3, coming: 0.2 };

let browser: TestBrowser;
let directory: string;

beforeAll(async () => {
  browser = await launchBrowser();
  directory = mkdtempSync(join(tmpdir(), "pspy-diff-"));
});

afterAll(async () => {
  await browser?.close();
  rmSync(directory, { recursive: true, force: true });
});

function work(shares: Readonly<Record<string, number>>, seed: number): Selection {
  const functions = Object.entries(shares).map(
    ([name, share]): SimulatedFunction => ({ name, share, callSeconds: 0.003 }),
  );
  return simulatedWork(functions, 30, seed);
}

function picture(change: (selection: Selection) => Selection = (selection) => selection): string {
  const side = (shares: Record<string, number>, seed: number) => [
    { selection: change(work(shares, seed)) },
  ];
  const sides = new SideComparison(side(BEFORE, 1), side(AFTER, 2), {
    unit: "wall-nanos",
    measure: "rate",
    threshold: DEFAULT_THRESHOLD,
    falseDiscoveryRate: DEFAULT_FALSE_DISCOVERY_RATE,
  });
  const input = {
    comparison: sides.functions(),
    doubts: [{ severity: "warn", code: "host", text: "machines differ" } as const],
    renames: [],
    sides: { before: "a.pspy", after: "b.pspy" },
    provenance: { command: "pyspy-analyze diff a.pspy b.pspy -o d.svg", version: "1.2.3" },
  };
  return [...diffFlamegraph(input, sides.paths())].join("");
}

async function open(svg: string, hash = "", options: PageOptions = {}): Promise<WatchedPage> {
  const path = join(directory, "diff.svg");
  writeFileSync(path, svg);
  const watched = await browser.newPage(options);
  await watched.page.goto(pathToFileURL(path).href + hash);
  if (options.javaScriptEnabled !== false) await watched.page.waitForSelector(".chart .box");
  return watched;
}

async function labels(page: Page): Promise<string[]> {
  return page.locator(".chart .frame text").allTextContents();
}

async function widthOf(page: Page, name: string): Promise<number> {
  const box = page.locator(".chart .frame", { hasText: name });
  return (await box.count()) === 0 ? 0 : (await box.first().boundingBox())!.width;
}

async function fillOf(page: Page, name: string): Promise<string> {
  const rect = page.locator(".chart .frame", { hasText: name }).locator("rect");
  return rect.evaluate((element) => getComputedStyle(element).fill);
}

test("says what changed in words and numbers, and colours nothing else", async () => {
  const { page, complaints } = await open(picture());
  expect(await page.locator("h1").textContent()).toBe("a.pspy → b.pspy");
  const shown = await labels(page);
  expect(shown).toContainEqual(expect.stringMatching(/^\+\d+ % hot/));
  expect(shown).toContainEqual(expect.stringMatching(/^-\d+ % cold/));
  expect(shown).toContainEqual(expect.stringMatching(/^gone leaving/));
  expect(shown).toContainEqual(expect.stringMatching(/^new coming/));
  expect(shown).toContainEqual(expect.stringMatching(/^steady/));
  const [more, less, same] = [
    await fillOf(page, "hot"),
    await fillOf(page, "cold"),
    await fillOf(page, "steady"),
  ];
  expect(new Set([more, less, same]).size).toBe(3);
  expect(await fillOf(page, "main")).toBe(same);
  expect(await page.locator(".legend span").allTextContents()).toContain("takes more time");
  const notes = await page.locator(".foot").textContent();
  expect(notes).toContain("Doubt: machines differ");
  expect(notes).toMatch(/Changed of \d+ functions/);

  await page.locator(".chart .frame", { hasText: "hot" }).hover();
  const details = (await page.locator(".details div").allTextContents()).join(" | ");
  expect(details).toMatch(
    /before \d+ ms\/s, after \d+ ms\/s\+\d+ ms\/s ± [\d.]+ \(\+\d+ %\), told/,
  );
  expect(complaints).toEqual([]);
});

test("widths are the mean of both sides, or of one, kept in the address", async () => {
  const { page, complaints } = await open(picture());
  const both = await widthOf(page, "hot");
  expect((await widthOf(page, "leaving")) / (await widthOf(page, "main"))).toBeCloseTo(0.1, 1);
  await page.getByRole("button", { name: "Before" }).click();
  expect(await widthOf(page, "coming")).toBe(0);
  const before = await widthOf(page, "hot");
  expect(page.url()).toMatch(/#widths=before$/);
  await page.getByRole("button", { name: "After" }).click();
  expect(await widthOf(page, "leaving")).toBe(0);
  const after = await widthOf(page, "hot");
  expect(before).toBeLessThan(both);
  expect(both).toBeLessThan(after);
  expect((before + after) / 2 / both).toBeCloseTo(1, 1);

  const again = await open(picture(), new URL(page.url()).hash);
  expect(await widthOf(again.page, "hot")).toBeCloseTo(after, 0);
  await again.page.getByRole("button", { name: "Both" }).click();
  expect(await widthOf(again.page, "hot")).toBeCloseTo(both, 0);
  expect([...complaints, ...again.complaints]).toEqual([]);
});

test("is the same picture with scripts off, and under a strict policy", async () => {
  const { page } = await open(picture(), "", { javaScriptEnabled: false });
  for (const text of ["a.pspy → b.pspy", "takes more time", "steady"]) {
    expect(await page.locator("text", { hasText: text }).first().isVisible()).toBe(true);
  }
  const { texts, titles } = await readSvg(picture());
  expect(texts).toContainEqual(expect.stringMatching(/^\+\d+ % hot/));
  expect(titles).toContainEqual(
    expect.stringMatching(/^hot\n.*\nbefore .*\n\+.* told from noise$/),
  );

  const url = "http://report.test/diff.svg";
  const headers = { "content-security-policy": "default-src 'none'" };
  const strict = await browser.newPage({
    answers: { [url]: { contentType: "image/svg+xml", body: picture(), headers } },
  });
  await strict.page.goto(url);
  expect(await strict.page.locator(".chart").count()).toBe(0);
  const rect = strict.page.locator("g", { hasText: "% hot (" }).last().locator("rect");
  const [fill, painted] = await rect.evaluate((element) => [
    element.getAttribute("fill"),
    getComputedStyle(element).fill,
  ]);
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(fill!.slice(at, at + 2), 16));
  expect(painted).toBe(`rgb(${red}, ${green}, ${blue})`);
});

test("hostile names are names", async () => {
  const rename = (selection: Selection): Selection => {
    const functions = selection.profile.functions.map((each) => ({
      ...each,
      name: each.name === "hot" ? HOSTILE_NAMES.join("") : each.name,
    }));
    return { ...selection, profile: { ...selection.profile, functions } };
  };
  const { page, complaints } = await open(picture(rename));
  expect(await page.locator("script").count()).toBe(1);
  expect(await page.locator(".chart .frame").count()).toBeGreaterThan(4);
  expect(complaints).toEqual([]);
});
