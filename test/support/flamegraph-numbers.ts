// SPDX-License-Identifier: MIT

import { pathToFileURL } from "node:url";
import { launchBrowser, type WatchedPage } from "./browser.ts";
import { numbersOfRows, type ProfileNumbers, type StackRow } from "./profile-numbers.ts";

/** Wide enough that no box of some thousand samples is gathered with others. */
const WIDE = { width: 30_000, height: 1200 };

/** A box as the page has it: where it is, and what is said of it when it is pointed at. */
interface ShownBox {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly name: string;
  /** "45 samples · 45.0 % of all100.0 % of parentself 0" */
  readonly numbers: string;
}

/**
 * What a flame graph of samples, by thread, says in Chromium: every box is pointed at, and the words
 * read that appear. Who called whom is told by where boxes stand.
 */
export async function numbersOfFlamegraph(file: string): Promise<ProfileNumbers> {
  const browser = await launchBrowser();
  try {
    const watched = await browser.newPage({ viewport: WIDE });
    await watched.page.goto(pathToFileURL(file).href);
    await watched.page.waitForSelector(".chart .box");
    const boxes = await shownBoxes(watched);
    const { samplesOfThread, sampleFunctions } = numbersOfRows(rowsOfBoxes(boxes));
    return { samplesOfThread, sampleFunctions };
  } finally {
    await browser.close();
  }
}

async function shownBoxes({ page, complaints }: WatchedPage): Promise<ShownBox[]> {
  const gathered = await page.locator(".chart .rest").count();
  if (gathered > 0 || complaints.length > 0) {
    throw new Error(`${gathered} boxes are gathered; ${complaints.join("; ")}`);
  }
  return page.evaluate(() =>
    Array.from(document.querySelectorAll(".chart .box"), (box): ShownBox => {
      box.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
      const { left, right, top } = box.querySelector("rect")!.getBoundingClientRect();
      const text = (selector: string): string =>
        document.querySelector(`.details ${selector}`)?.textContent ?? "";
      return { left, right, top, name: text("b"), numbers: text(".numbers") };
    }),
  );
}

/** A row for each box that was on top of a stack. */
function rowsOfBoxes(boxes: readonly ShownBox[]): StackRow[] {
  const rows: StackRow[] = [];
  const path: ShownBox[] = [];
  const byPlace = boxes.toSorted((a, b) => a.left - b.left || a.top - b.top);
  for (const box of byPlace) {
    // Half a pixel: neighbours stand one apart.
    while (
      path.length > 0 &&
      (path.at(-1)!.right < box.left + 0.5 || path.at(-1)!.top >= box.top)
    ) {
      path.pop();
    }
    path.push(box);
    const self = Number(/self ([\d,]+) samples?/.exec(box.numbers)?.[1]?.replaceAll(",", "") ?? 0);
    const [, thread, ...frames] = path.map(({ name }) => name);
    if (thread === undefined || self === 0) continue;
    const [, name = thread] = /^thread \d+ \((.*)\)$/.exec(thread) ?? [];
    rows.push({ thread: name, frames, nanos: 0, samples: self });
  }
  return rows;
}
