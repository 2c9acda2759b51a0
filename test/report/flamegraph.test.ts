// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { formatByName } from "@pyspy/report";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { svgDocument } from "../../packages/report/src/flamegraph/svg-document.ts";
import { HOSTILE_NAMES } from "../../packages/report/src/testing/hostile-names.ts";
import { randomTree } from "../../packages/report/src/testing/random-tree.ts";
import { renameFunctions, reportInput } from "../../packages/report/src/testing/report-input.ts";
import {
  launchBrowser,
  type PageOptions,
  type TestBrowser,
  type WatchedPage,
} from "../support/browser.ts";

const TEXT = `
  MainThread R: main:3;Service.load:7;query:10 30
  MainThread R: main:3;Service.load:7;decode:11 15
  MainThread R: main:4;render:5 5
  worker R: run:9;query:12 50
`;

let browser: TestBrowser;
let directory: string;

beforeAll(async () => {
  browser = await launchBrowser();
  directory = mkdtempSync(join(tmpdir(), "pyspy-flamegraph-"));
});

afterAll(async () => {
  await browser?.close();
  rmSync(directory, { recursive: true, force: true });
});

function picture(...[text = TEXT, options = {}]: Partial<Parameters<typeof reportInput>>): string {
  const input = reportInput(text, { unit: "samples", threads: true, ...options });
  return [...formatByName("flamegraph")!.render(input)].join("");
}

async function open(svg: string, hash = "", options: PageOptions = {}): Promise<WatchedPage> {
  const path = join(directory, "run.svg");
  writeFileSync(path, svg);
  const watched = await browser.newPage(options);
  await watched.page.goto(pathToFileURL(path).href + hash);
  if (options.javaScriptEnabled !== false) await watched.page.waitForSelector(".chart .box");
  return watched;
}

/** What the chart shows, as a person reads it: labels of the boxes that are not faded ancestors. */
async function labels(page: Page, boxes = ".frame"): Promise<string[]> {
  return page.locator(`.chart ${boxes} text`).allTextContents();
}

async function details(page: Page): Promise<string> {
  return (await page.locator(".details div").allTextContents()).join(" | ");
}

test("opens without complaint and says what it shows", async () => {
  const { page, complaints } = await open(picture());
  expect(await page.locator("h1").textContent()).toBe("python app.py");
  expect(await page.locator(".quality").textContent()).toContain("100 samples");
  expect(await labels(page)).toEqual([
    "all",
    expect.stringMatching(/^thread \d+ \(MainThread\)$/),
    "main (app.py:3)",
    "Service.load (app.py:7)",
    "decode (app.py:11)",
    "query (app.py:10)",
    "main",
    "render",
    expect.stringMatching(/^thread \d+ \(worker\)$/),
    "run (app.py:9)",
    "query (app.py:12)",
  ]);
  expect(complaints).toEqual([]);
});

test("hovering describes a box, a click zooms in, Back and Reset zoom out", async () => {
  const { page, complaints } = await open(picture());
  const load = page.locator(".chart .box", { hasText: "Service.load" });
  await load.hover();
  expect(await details(page)).toBe(
    "Service.loadapp.py:7 | 45 samples · 45.0 % of all100.0 % of parentself 0",
  );
  await load.click();
  expect(await labels(page)).toEqual([
    "Service.load (app.py:7)",
    "decode (app.py:11)",
    "query (app.py:10)",
  ]);
  const wide = await load.boundingBox();
  expect(wide!.width).toBeGreaterThan(1150);
  expect(page.url()).toMatch(/#zoom=\d+$/);

  await page.locator(".chart .box", { hasText: "query" }).click();
  expect(await labels(page)).toEqual(["query (app.py:10)"]);
  await page.getByRole("button", { name: "Back" }).click();
  await expect.poll(() => labels(page)).toHaveLength(3);
  await page.goForward();
  await expect.poll(() => labels(page)).toHaveLength(1);
  await page.getByRole("button", { name: "Reset zoom" }).click();
  expect(await labels(page)).toHaveLength(11);
  expect(page.url()).not.toContain("#");
  expect(await page.getByRole("button", { name: "Reset zoom" }).isDisabled()).toBe(true);
  expect(complaints).toEqual([]);
});

test("a search marks what it finds and adds it up", async () => {
  const { page, complaints } = await open(picture());
  await page.keyboard.press("Control+f");
  await page.keyboard.type("quer.*:1\\d");
  expect(await labels(page, ".hit")).toEqual(["query (app.py:10)", "query (app.py:12)"]);
  expect(await page.getByRole("status").textContent()).toBe("2 frames · 80.0 %");
  expect(page.url()).toContain("#search=quer.*%3A1%5Cd");

  await page.keyboard.press("Enter");
  expect(await details(page)).toContain("queryapp.py:10 | 30 samples");
  await page.keyboard.press("Enter");
  expect(await details(page)).toContain("queryapp.py:12 | 50 samples");

  await page.locator(".chart .box", { hasText: "Service.load" }).click();
  expect(await page.getByRole("status").textContent()).toBe("2 frames · 66.7 %");
  await page.keyboard.press("Escape");
  expect(await page.getByRole("status").textContent()).toBe("");
  expect(await page.locator(".hit").count()).toBe(0);

  await page.keyboard.press("/");
  await page.keyboard.type("load(");
  expect(await page.getByRole("status").textContent()).toBe("0 frames · 0.0 %");
  expect(complaints).toEqual([]);
});

test("works by keyboard, and tells a screen reader where it is", async () => {
  const { page } = await open(picture());
  for (const key of ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown"])
    await page.keyboard.press(key);
  const active = page.getByRole("treeitem");
  expect(await active.getAttribute("aria-label")).toMatch(/^Service\.load, app\.py:7, 45 samples/);
  expect(await active.getAttribute("aria-level")).toBe("4");
  await page.keyboard.press("ArrowRight");
  expect(await details(page)).toMatch(/^render/);
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  expect(await labels(page)).toHaveLength(3);
  await page.keyboard.press("Backspace");
  expect(await labels(page)).toHaveLength(4);
  await page.keyboard.press("Home");
  expect(await labels(page)).toHaveLength(11);
});

test("flame or icicle, and the address brings everything back", async () => {
  const { page } = await open(picture());
  const rootTop = async (): Promise<number> =>
    (await page.locator(".chart .box", { hasText: /^all$/ }).boundingBox())!.y;
  const icicle = await rootTop();
  await page.getByRole("button", { name: "Flame" }).click();
  expect(await rootTop()).toBeGreaterThan(icicle + 50);
  await page.locator(".chart .box", { hasText: "Service.load" }).click();
  await page.keyboard.press("/");
  await page.keyboard.type("decode");

  const again = await open(picture(), new URL(page.url()).hash);
  expect(await labels(again.page)).toEqual(await labels(page));
  expect(await labels(again.page, ".hit")).toEqual(["decode (app.py:11)"]);
  expect(await again.page.getByRole("button", { name: "Flame" }).getAttribute("aria-pressed")).toBe(
    "true",
  );
  // Not inputValue(): Playwright knows an <input> by its upper case name, which XML does not have.
  const typed = await again.page
    .locator("input")
    .evaluate((field) => (field as HTMLInputElement).value);
  expect(typed).toBe("decode");
});

test("colours by kind, idleness and GIL, with what they mean, kept in the address", async () => {
  const { page, complaints } = await open(picture("main gil R: main;work 6\nw S: run;wait 4"));
  const fill = (name: string): Promise<string> =>
    page
      .locator(".chart .box", { hasText: name })
      .last()
      .locator("rect")
      .evaluate((rect) => getComputedStyle(rect).fill);
  const legend = (): Promise<string[]> => page.locator(".legend span").allTextContents();
  expect(await legend()).toEqual([expect.stringMatching(/^Hues are modules/)]);
  const byModule = await fill("wait");
  await page.getByRole("button", { name: "Idle" }).click();
  expect(await legend()).toEqual(["0 % idle", "50 % idle", "100 % idle"]);
  expect(await fill("wait")).not.toBe(byModule);
  expect(await fill("wait")).not.toBe(await fill("work"));
  expect(page.url()).toMatch(/#colors=idle$/);
  await page.locator(".chart .box", { hasText: /^all$/ }).hover();
  expect(await details(page)).toMatch(/40\.0 % idle60\.0 % with the GIL$/);

  await page.getByRole("button", { name: "Kind" }).click();
  expect(await legend()).toEqual(["your program", "packages", "standard library", "native code"]);
  expect(await fill("wait")).toBe(await fill("work"));
  const again = await open(picture("main gil R: main;work 6\nw S: run;wait 4"), "#colors=gil");
  expect(await again.page.locator(".legend span").first().textContent()).toBe("0 % with the GIL");
  await again.page.getByRole("button", { name: "Module" }).click();
  expect(new URL(again.page.url()).hash).toBe("");
  expect([...complaints, ...again.complaints]).toEqual([]);
});

test("narrow and dark", async () => {
  const viewport = { width: 420, height: 700 };
  const { page, complaints } = await open(picture(), "", { viewport, colorScheme: "dark" });
  expect((await page.locator(".chart").boundingBox())!.width).toBeLessThanOrEqual(420);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(420);
  expect(await page.locator(".bar").evaluate((bar) => getComputedStyle(bar).backgroundColor)).toBe(
    "rgb(22, 25, 29)",
  );
  expect(complaints).toEqual([]);
});

test("is readable with scripts off", async () => {
  const { page, complaints } = await open(picture(), "", { javaScriptEnabled: false });
  for (const text of ["python app.py", "Service.load (app.py:7)", "query (app.py:10)"]) {
    expect(await page.locator("text", { hasText: text }).first().isVisible()).toBe(true);
  }
  expect(complaints).toEqual([]);
});

test("is a picture in an <img>", async () => {
  const { page } = await browser.newPage({
    answers: {
      "http://report.test/": { contentType: "text/html", body: '<img src="run.svg">' },
      "http://report.test/run.svg": { contentType: "image/svg+xml", body: picture() },
    },
  });
  await page.goto("http://report.test/");
  const seen = await page.locator("img").evaluate(async (element) => {
    const image = element as HTMLImageElement;
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext("2d")!;
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const colors = new Set(new Uint32Array(data.buffer));
    return { width: image.naturalWidth, height: image.naturalHeight, colors: colors.size };
  });
  expect(seen.width).toBe(1200);
  expect(seen.height).toBeGreaterThan(200);
  expect(seen.colors).toBeGreaterThan(20);
});

test("keeps its colours where a policy forbids scripts and styles", async () => {
  const url = "http://report.test/run.svg";
  const headers = { "content-security-policy": "default-src 'none'" };
  const { page } = await browser.newPage({
    answers: { [url]: { contentType: "image/svg+xml", body: picture(), headers } },
  });
  await page.goto(url);
  expect(await page.locator(".chart").count()).toBe(0);
  const load = page.locator("g", { hasText: "Service.load (app.py:7)" }).last();
  expect(await load.locator("text").isVisible()).toBe(true);
  const [fill, painted] = await load
    .locator("rect")
    .evaluate((rect) => [rect.getAttribute("fill"), getComputedStyle(rect).fill]);
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(fill!.slice(at, at + 2), 16));
  expect(painted).toBe(`rgb(${red}, ${green}, ${blue})`);
});

test("hostile names are shown, and are nothing but names", async () => {
  const text = HOSTILE_NAMES.map((_, index) => `main R: top;f${index} 1`).join("\n");
  const svg = picture(text, {
    change: (profile) => ({
      ...renameFunctions(profile, (name) => HOSTILE_NAMES[Number(name.slice(1))] ?? name),
      processes: profile.processes.map((each) => ({ ...each, command: HOSTILE_NAMES })),
    }),
  });
  const { page, complaints } = await open(svg);
  const index = HOSTILE_NAMES.indexOf("]]><script>alert(1)</script>");
  expect(index).toBeGreaterThan(0);
  await page.locator(".chart .box", { hasText: "]]>" }).hover();
  expect(await details(page)).toContain("]]><script>alert(1)</script>");
  expect(await page.locator("script").count()).toBe(1);
  expect(complaints).toEqual([]);
});

test("100,000 frames open and respond, for only what can be seen is ever drawn", async () => {
  const heading = { title: "large", quality: [], notes: [] };
  const svg = [...svgDocument(randomTree(100_000), heading)].join("");
  const { page, complaints } = await open(svg);
  const elements = (): Promise<number> => page.locator(".chart rect").count();
  expect(await page.locator(".foot").textContent()).toMatch(/of 100,000 frames are too narrow/);
  expect(await elements()).toBeLessThan(10_000);
  const all = await elements();

  await page.locator(".chart .box").nth(40).click();
  await expect.poll(elements).not.toBe(all);
  expect(await elements()).toBeLessThan(10_000);
  await page.getByRole("button", { name: "Reset zoom" }).click();
  await expect.poll(elements).toBe(all);
  await page.keyboard.press("/");
  await page.keyboard.insertText("json");
  expect(await page.getByRole("status").textContent()).toMatch(/frames · \d/);
  expect(await page.locator(".hit").count()).toBeGreaterThan(10);
  expect(svg.length).toBeLessThan(1_500_000);
  expect(complaints).toEqual([]);
});
