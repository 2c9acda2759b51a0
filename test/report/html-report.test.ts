// SPDX-License-Identifier: MIT

import { formatByName } from "@pyspy/report";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadCharts } from "../../packages/cli/src/charts/load-charts.ts";
import { HOSTILE_NAMES } from "../../packages/report/src/testing/hostile-names.ts";
import { renameFunctions, reportInput } from "../../packages/report/src/testing/report-input.ts";
import { axeViolations } from "../support/axe.ts";
import { launchBrowser, type TestBrowser } from "../support/browser.ts";
import { htmlFaults } from "../support/html-faults.ts";
import { openFile, printed, samplePage } from "../support/report-page.ts";

const RECORDINGS = ["event_loop", "pool", "states", "two_threads", "web_like"];

let browser: TestBrowser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser?.close());

/** What a person reads, set as it is set: in lines and tables. */
function readText(page: Page): Promise<string> {
  // biome-ignore lint/performance/useDomNodeTextContent: hidden text is not read
  return page.locator("main").innerText();
}

describe.each(RECORDINGS)("without scripts, the report of %s", (recording) => {
  test("says what it says", async () => {
    const { page, complaints } = await browser.newPage({ javaScriptEnabled: false });
    await openFile(page, await samplePage(recording));
    const text = await readText(page);
    await expect(`${text.trimEnd()}\n`).toMatchFileSnapshot(`golden/${recording}.html.txt`);
    expect(complaints).toEqual([]);
  });
});

test("is valid HTML", async () => {
  for (const recording of RECORDINGS) {
    expect(await htmlFaults(await samplePage(recording)), recording).toEqual([]);
  }
});

test.each(["light", "dark"] as const)("is accessible, %s", async (colorScheme) => {
  const { page } = await browser.newPage({ colorScheme });
  await openFile(page, await samplePage("pool"));
  expect(await axeViolations(page)).toEqual([]);
});

test("is readable on a phone, and on paper", async () => {
  const { page, complaints } = await browser.newPage({
    viewport: { width: 360, height: 740 },
    javaScriptEnabled: false,
  });
  await openFile(page, await samplePage("web_like"));
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await expect(page.locator("#timeline .narrow").isVisible()).resolves.toBe(true);
  const pdf = await page.pdf({ format: "A4" });
  expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
  expect(complaints).toEqual([]);
});

test("is readable where its host allows neither scripts nor styles", async () => {
  const url = "https://jenkins.example/report.html";
  const { page } = await browser.newPage({
    answers: {
      [url]: {
        contentType: "text/html",
        body: await samplePage("web_like"),
        headers: {
          "content-security-policy":
            "sandbox; default-src 'none'; img-src 'self'; style-src 'self';",
        },
      },
    },
  });
  await page.goto(url);
  const text = await readText(page);
  expect(text).toContain("Threads compete for the GIL");
  const boxes = page.locator("#flame svg rect");
  expect(await boxes.count()).toBeGreaterThan(50);
  expect(await boxes.first().evaluate((rect) => getComputedStyle(rect).fill)).not.toBe(
    "rgb(0, 0, 0)",
  );
  const strip = page.locator("#timeline .wide path").first();
  expect(await strip.evaluate((path) => getComputedStyle(path).fill)).not.toBe("rgb(0, 0, 0)");
});

test("names are only ever text", async () => {
  const text = HOSTILE_NAMES.map((_, i) => `thread-${i} R: main;f${i} 2`).join("\n");
  const input = reportInput(text, {
    lines: false,
    title: "</title><script>alert(1)</script>",
    change: (profile) => ({
      ...renameFunctions(profile, (name) => HOSTILE_NAMES[Number(name.slice(1))] ?? name),
      threads: profile.threads.map((thread, i) => ({ ...thread, name: HOSTILE_NAMES[i]! })),
      processes: profile.processes.map((each) => ({ ...each, command: [...HOSTILE_NAMES] })),
    }),
  });
  const page = {
    observed: input.selection,
    options: { from: ["</script><script>alert(1)</script>"] },
    captures: [
      {
        name: `"><img src=x onerror=alert(1)>`,
        fileBytes: 3,
        gzip: new Uint8Array(3),
        packed: true,
      },
    ],
    mostBytes: Number.POSITIVE_INFINITY,
    charts: await loadCharts(),
  };
  const markup = [...formatByName("html")!.render({ ...input, page })].join("");
  const opened = await browser.newPage();
  opened.page.on("dialog", () => expect.unreachable("a script of the recorded program ran"));
  await openFile(opened.page, markup);
  const foreign =
    "img, iframe, object, embed, link, form, a[href^='javascript'], [onerror], [onload]";
  expect(await opened.page.locator(foreign).count()).toBe(0);
  expect(await opened.page.locator("main script").count()).toBe(0);
  const bad = opened.complaints.filter((text) => !text.includes("cannot read the recording"));
  expect(bad).toEqual([]);
});

test("a comparison is a page, too", async () => {
  const words = [
    "diff",
    "event_loop.pspy",
    "--idle",
    "--before-time",
    "0s..3s",
    "--after-time",
    "3s..",
  ];
  const markup = await printed(...words, "--format", "html");
  const answer = await printed(...words);
  const { page, complaints } = await browser.newPage();
  await openFile(page, markup);
  const text = (await readText(page)).replace(/\s+/g, " ");
  expect(text).toContain(/In all, [^(]*/.exec(answer.replace(/\s+/g, " "))![0].trim());
  expect(await page.locator("#flame rect").count()).toBeGreaterThan(5);
  expect(await axeViolations(page)).toEqual([]);
  expect(await htmlFaults(markup)).toEqual([]);
  expect(complaints).toEqual([]);
});
