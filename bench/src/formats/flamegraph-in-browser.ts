// SPDX-License-Identifier: MIT

import { pathToFileURL } from "node:url";
import { launchBrowser, type TestBrowser } from "@pyspy/test/support/browser";
import type { Page } from "playwright-core";

/** How long a browser is busy with a flame graph, until what was asked for is on the screen. */
export interface FlamegraphTimes {
  readonly openMs: number;
  readonly zoomMs: number;
  readonly resetMs: number;
  readonly searchMs: number;
  /** Elements of the document when everything is shown. */
  readonly elements: number;
}

/** Where the parts of a flame graph are that a person uses. */
interface Handles {
  /** A frame of some width, well below the root. */
  readonly frames: string;
  readonly reset: string;
  search(page: Page, pattern: string): Promise<void>;
}

const OURS: Handles = {
  frames: ".chart .box.frame",
  reset: "button[title^='Show everything']",
  async search(page, pattern) {
    await page.keyboard.press("/");
    await page.keyboard.insertText(pattern);
  },
};
const INFERNO: Handles = {
  frames: "#frames g",
  reset: "#unzoom",
  async search(page, pattern) {
    page.once("dialog", (dialog) => void dialog.accept(pattern));
    await page.keyboard.press("Control+f");
  },
};

/** Opens a flame graph in Chromium and uses it. `pattern` is searched for. */
export async function useFlamegraph(
  path: string,
  kind: "ours" | "inferno",
  pattern: string,
): Promise<FlamegraphTimes> {
  const browser = await launchBrowser();
  try {
    return await measure(browser, path, kind === "ours" ? OURS : INFERNO, pattern);
  } finally {
    await browser.close();
  }
}

async function measure(
  browser: TestBrowser,
  path: string,
  { frames, reset, search }: Handles,
  pattern: string,
): Promise<FlamegraphTimes> {
  const { page } = await browser.newPage();
  page.setDefaultTimeout(300_000);
  const timed = async (act: () => Promise<unknown>): Promise<number> => {
    const start = performance.now();
    await act();
    await painted(page);
    return performance.now() - start;
  };
  const openMs = await timed(async () => {
    await page.goto(pathToFileURL(path).href, { timeout: 300_000 });
    await page.waitForSelector(frames, { state: "attached" });
  });
  const elements = await page.evaluate(() => document.querySelectorAll("*").length);
  const click = (selector: string, nth: number): Promise<void> =>
    page.evaluate(
      ([which, index]) => {
        const found = document.querySelectorAll(which)[index]!;
        found.dispatchEvent(new MouseEvent("click", { bubbles: true }));
      },
      [selector, nth] as const,
    );
  const zoomMs = await timed(async () => click(frames, await nthOfWidth(page, frames)));
  const resetMs = await timed(() => click(reset, 0));
  const searchMs = await timed(() => search(page, pattern));
  return { openMs, zoomMs, resetMs, searchMs, elements };
}

/** The frame that is nearest to a tenth of the picture's width. */
function nthOfWidth(page: Page, frames: string): Promise<number> {
  return page.evaluate((selector) => {
    const widths = Array.from(
      document.querySelectorAll(`${selector} rect`),
      (rect) => rect.getBoundingClientRect().width,
    );
    const wanted = Math.max(...widths) / 10;
    const distance = (index: number): number => Math.abs(widths[index]! - wanted);
    return [...widths.keys()].reduce((best, at) => (distance(at) < distance(best) ? at : best));
  }, frames);
}

/** Two frames later all that was asked for has been drawn. */
function painted(page: Page): Promise<void> {
  return page.evaluate(
    () =>
      new Promise<void>((resolve) =>
        requestAnimationFrame(() => requestAnimationFrame(() => resolve())),
      ),
  );
}
