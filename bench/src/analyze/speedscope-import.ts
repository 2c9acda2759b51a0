// SPDX-License-Identifier: MIT

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { launchBrowser } from "@pyspy/test/support/browser";
import { openInSpeedscope } from "@pyspy/test/support/speedscope";

const EMPTY = {
  $schema: "https://www.speedscope.app/file-format-schema.json",
  shared: { frames: [{ name: "f" }] },
  profiles: [
    {
      type: "sampled",
      name: "t",
      unit: "none",
      startValue: 0,
      endValue: 1,
      samples: [[0]],
      weights: [1],
    },
  ],
};

/** Seconds from handing a file to speedscope to its picture, less those that a file of one sample takes. */
export async function importIntoSpeedscope(path: string): Promise<number> {
  const browser = await launchBrowser({ webgl: true });
  try {
    const seconds = async (name: string, text: string): Promise<number> => {
      const before = performance.now();
      const { page } = await openInSpeedscope(browser, { name, text }, "time-ordered");
      const taken = (performance.now() - before) / 1000;
      await page.close();
      return taken;
    };
    await seconds("first.speedscope.json", JSON.stringify(EMPTY));
    const floor = await seconds("empty.speedscope.json", JSON.stringify(EMPTY));
    return (await seconds(basename(path), readFileSync(path, "utf8"))) - floor;
  } finally {
    await browser.close();
  }
}
