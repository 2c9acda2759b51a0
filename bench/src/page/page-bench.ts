// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { launchBrowser } from "@pyspy/test/support/browser";
import type { Page } from "playwright-core";
import { writeSyntheticCapture } from "../analyze/synthetic-capture.ts";
import { markdownTable } from "../markdown.ts";
import { machineClass, noise } from "../processes/machine.ts";
import { runMeasured } from "../processes/measured-program.ts";

export interface PageBenchOptions {
  readonly samples: number;
  /** Says what is being done. */
  readonly progress: (text: string) => void;
}

/** What is asked of the page, as fragments of its address. */
const FILTERS: readonly (readonly [string, string])[] = [
  ["everything, idle too", "idle"],
  ["with the GIL", "gil"],
  ["a stretch of time", "from=100s&to=200s"],
  ["one thread", "tid=103"],
  ["CPU time", "unit=cpu"],
  ["each thread a tree", "threads"],
  ["stacks with a function", "focus=function:^function_7$"],
  ["without the frames of some functions", "hide=function:_3$"],
  ["from the leaves", "view.order=leaves"],
];
const LONGEST_WAIT = 120_000;

/** Measures what a report page of a large recording takes in a browser. Returns Markdown. */
export async function benchPage({ samples, progress }: PageBenchOptions): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "pyspy-bench-"));
  const before = noise();
  try {
    progress(`writing a capture of ${samples} samples`);
    const capture = join(folder, "run.pspy");
    await writeSyntheticCapture(capture, samples);
    const html = join(folder, "run.html");
    progress("making the page");
    const analyzer = fileURLToPath(
      new URL("../../../packages/cli/bin/pyspy-analyze.js", import.meta.url),
    );
    const made = await runMeasured(process.execPath, [
      analyzer,
      capture,
      "-o",
      html,
      "--max-size",
      "0",
    ]);
    const size = (statSync(html).size / 1e6).toFixed(0);
    progress("opening it");
    const rows = await inBrowser(html);
    const load = `${before.load.toFixed(1)} before, ${noise().load.toFixed(1)} after`;
    const seconds = made.seconds.toFixed(1);
    return `- Machine: ${machineClass()}. Load average ${load}.
- The page: ${size} MB, made by \`pyspy-analyze run.pspy -o run.html --max-size 0\` in ${seconds} s.

${markdownTable([["", "ms"], ...rows])}
`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function inBrowser(html: string): Promise<string[][]> {
  const browser = await launchBrowser();
  try {
    const { page } = await browser.newPage();
    page.setDefaultTimeout(LONGEST_WAIT);
    const url = pathToFileURL(html).href;
    await page.goto(url);
    await page.waitForSelector("body[data-ready]", { state: "attached" });
    const rows = [["opened: the recording read, all parts shown", await data(page, "ready")]];
    rows.push(["memory of the page then, MB", await heap(page)]);
    for (const [name, hash] of FILTERS) {
      const shows = Number(await data(page, "shows"));
      await page.evaluate((fragment) => {
        location.hash = fragment;
      }, hash);
      await page.waitForFunction(
        (before) => Number(document.body.dataset["shows"]) > before,
        shows,
      );
      rows.push([name, await data(page, "millis")]);
    }
    return rows;
  } finally {
    await browser.close();
  }
}

function data(page: Page, name: string): Promise<string> {
  return page.evaluate((key) => Number(document.body.dataset[key]).toFixed(0), name);
}

async function heap(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  const bytes = metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? 0;
  const { usedSize, backingStorageSize = 0 } = (await session.send("Runtime.getHeapUsage")) as {
    usedSize: number;
    backingStorageSize?: number;
  };
  return ((Math.max(bytes, usedSize) + backingStorageSize) / 1e6).toFixed(0);
}
