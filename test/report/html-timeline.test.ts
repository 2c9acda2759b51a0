// SPDX-License-Identifier: MIT

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCapture, thinCapture } from "@pyspy/analyze";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { captureOf } from "../../packages/analyze/src/testing/capture-writer.ts";
import { axeViolations } from "../support/axe.ts";
import { launchBrowser, type TestBrowser } from "../support/browser.ts";
import { openFile, printed } from "../support/report-page.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const PROCESSES = 200;
const THREADS = 1000;
const FIRST_PID = 1000;

let browser: TestBrowser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser?.close());

/** A recording of 1,000 threads in 200 processes; the busier ones are in the later processes. */
function manyThreads(): string {
  const lines = Array.from({ length: THREADS }, (_, thread) => {
    const busy = 1 + Math.floor((8 * thread) / THREADS);
    return `t${thread} R: main;work${thread % 7} ${busy}\nt${thread} S: main;wait ${20 - busy}`;
  });
  const profile = readCapture(captureOf(lines.join("\n"), { blockTicks: 20 }));
  const [process] = profile.processes;
  const capture = thinCapture(
    {
      ...profile,
      processes: Array.from({ length: PROCESSES }, (_, at) => ({
        ...process!,
        pid: FIRST_PID + at,
        parentPid: at === 0 ? 1 : FIRST_PID,
        command: ["gunicorn", `worker-${at}`],
      })),
      threads: profile.threads.map((each, at) => ({
        ...each,
        tid: BigInt(10_000 + at),
        process: Math.floor(at / (THREADS / PROCESSES)),
      })),
    },
    1,
  );
  const path = join(temporaryFolder(), "many.pspy");
  writeFileSync(path, capture);
  return path;
}

const command = (page: Page) => page.locator(".command code").textContent();
const details = (page: Page) => page.locator("#timeline .details").textContent();

test("1,000 threads of 200 processes: a row a process, its threads where they are asked for", async () => {
  const path = manyThreads();
  const { page, complaints } = await browser.newPage();
  await openFile(page, await printed(path, "-f", "html", "-o", "-"));
  await page.waitForSelector("body[data-ready]");
  const scroller = page.locator(".timeline");
  const rows = () => scroller.evaluate((each) => Math.round((each.scrollHeight - 24) / 20));
  expect(await rows()).toBe(PROCESSES);
  /** A point in a row, as far from the left. */
  const at = async (row: number, x: number): Promise<[number, number]> => {
    await scroller.scrollIntoViewIfNeeded();
    const box = (await scroller.boundingBox())!;
    return [box.x + x, box.y + 22 + 20 * row + 8];
  };
  await page.mouse.move(...(await at(1, 400)));
  expect(await details(page)).toMatch(/^1001 gunicorn worker-1 \(5\) at /);

  await page.mouse.click(...(await at(1, 8)));
  expect(await rows()).toBe(PROCESSES + 5);
  await page.mouse.click(...(await at(3, 120)));
  expect(await command(page)).toBe("pyspy-analyze top report.html --tid 10006");
  await page.getByRole("button", { name: "Reset" }).click();

  await page.mouse.click(...(await at(1, 120)));
  expect(await command(page)).toBe("pyspy-analyze top report.html --pid 1001");
  const books = await page.locator(".books").textContent();
  const top = await printed("top", path, "--pid", "1001");
  const selected = /([\d,]+ of [\d,]+ samples)/.exec(top)![1]!;
  expect(books).toContain(selected);
  await page.mouse.click(...(await at(1, 120)));
  expect(await command(page)).toBe("pyspy-analyze top report.html");

  await page.getByRole("button", { name: "Threads of all processes" }).click();
  expect(await rows()).toBe(PROCESSES + THREADS);
  await scroller.evaluate((each) => each.scrollTo(0, each.scrollHeight));
  const box = (await scroller.boundingBox())!;
  await page.mouse.move(box.x + 400, box.y + box.height - 12);
  expect(await details(page)).toMatch(/^1199 t999 at /);
  await page.getByRole("button", { name: "Processes only" }).click();
  expect(await rows()).toBe(PROCESSES);
  expect(await axeViolations(page)).toEqual([]);
  expect(complaints).toEqual([]);
});
