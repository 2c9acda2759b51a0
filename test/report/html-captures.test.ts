// SPDX-License-Identifier: MIT

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Profile, readCapture, thinCapture } from "@pyspy/analyze";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CaptureOptions,
  captureOf,
} from "../../packages/analyze/src/testing/capture-writer.ts";
import { withNative } from "../../packages/analyze/src/testing/native-stacks.ts";
import { HOSTILE_NAMES } from "../../packages/report/src/testing/hostile-names.ts";
import { axeViolations } from "../support/axe.ts";
import { launchBrowser, type TestBrowser, type WatchedPage } from "../support/browser.ts";
import { choose, command, expectAgreement, tableOf } from "../support/page-numbers.ts";
import { openFile, printed, samplePage } from "../support/report-page.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

let browser: TestBrowser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser?.close());

async function open(markup: string): Promise<WatchedPage> {
  const watched = await browser.newPage();
  watched.page.on("dialog", () => expect.unreachable("a script of the recorded program ran"));
  await openFile(watched.page, markup);
  await watched.page.waitForSelector("body[data-tables=shown]");
  return watched;
}

/** A file of these bytes, and the page of it, alive. */
async function openCapture(bytes: Uint8Array): Promise<WatchedPage & { path: string }> {
  const path = join(temporaryFolder(), "run.pspy");
  writeFileSync(path, bytes);
  return { ...(await open(await printed(path, "-f", "html", "-o", "-"))), path };
}

/** The capture of what a text says, changed where the text cannot say it. */
function changed(
  text: string,
  change: (profile: Profile) => Profile,
  options: CaptureOptions = {},
): Uint8Array {
  return thinCapture(change(readCapture(captureOf(text, options))), 1);
}

describe("controls that need other recordings than a web shop's", () => {
  test.each([
    ["handle an exception", "--exceptions"],
    ["collect garbage", "--gc"],
    ["are blocked", "--off-cpu"],
  ])("Threads that: %s", async (option, words) => {
    const { page, complaints } = await open(await samplePage("states"));
    const all = await tableOf(page);
    await choose(page, "Threads that", option);
    expect(await command(page)).toBe(`pyspy-analyze top report.html ${words}`);
    await expectAgreement(page, "states");
    expect(await tableOf(page)).not.toEqual(all);
    expect(complaints).toEqual([]);
  });

  test("recursion folded", async () => {
    const text = "main R: main;walk;walk;walk;leaf 30\nmain R: main;walk;visit;walk;visit 20";
    const { page, path } = await openCapture(captureOf(text));
    const canvas = page.locator("canvas.flame").nth(1);
    const height = async () => (await canvas.boundingBox())!.height;
    const deep = await height();
    await page.getByLabel("fold recursion").check();
    expect(await command(page)).toBe("pyspy-analyze top report.html --fold-recursion");
    await expectAgreement(page, path);
    expect(await height()).toBeLessThan(deep);
  });

  test("without native frames", async () => {
    const native = changed("main R: work;sort 30\nmain R: work 40", (profile) =>
      withNative(profile, {
        native: ["start;eval*;compare", "start;python:eval*"],
        entries: ["work"],
      }),
    );
    const { page, path } = await openCapture(native);
    await expectAgreement(page, path);
    expect((await tableOf(page)).map((row) => row.function)).toContain("compare");
    await page.getByLabel("without native frames").check();
    expect(await command(page)).toBe("pyspy-analyze top report.html --no-native");
    await expectAgreement(page, path);
    expect((await tableOf(page)).map((row) => row.function)).not.toContain("compare");
  });
});

test("verdicts are of what is looked at", async () => {
  const { page } = await open(await samplePage("web_like"));
  const verdicts = () => page.locator("#insights li").allTextContents();
  const whole = await verdicts();
  await choose(page, "Thread", "worker-1");
  await page.waitForSelector("body[data-tables=shown]");
  const one = await verdicts();
  expect(one).not.toEqual(whole);
  const asMade = await open(await samplePage("web_like", "--tid", "24435"));
  expect(await asMade.page.locator("#insights li").allTextContents()).toEqual(one);
});

describe("a hostile recording, in a page that lives", () => {
  const NUMBERED = /^f(\d+)$/;

  test("names are only ever text", async () => {
    const text = HOSTILE_NAMES.map((_, i) => `thread-${i} R: main;f${i} 2`).join("\n");
    const hostile = changed(text, (profile) => ({
      ...profile,
      functions: profile.functions.map((each) => {
        const name = HOSTILE_NAMES[Number(NUMBERED.exec(each.name)?.[1])] ?? each.name;
        return { ...each, name, file: `/srv/${name}.py` };
      }),
      threads: profile.threads.map((each, i) => ({ ...each, name: HOSTILE_NAMES[i]! })),
      processes: profile.processes.map((each) => ({ ...each, command: [...HOSTILE_NAMES] })),
    }));
    const { page, complaints } = await openCapture(hostile);
    const before = (await tableOf(page)).length;
    expect(before).toBeGreaterThan(10);
    await page.getByLabel("Thread", { exact: true }).selectOption({ index: 3 });
    expect((await tableOf(page)).length).toBeLessThan(before);
    await page.locator("#functions-1 tbody button").first().click();
    await page.getByRole("button", { name: "This view is before" }).click();
    const foreign =
      "img, iframe, object, embed, link, form, a[href], [onerror], [onload], main script";
    expect(await page.locator(foreign).count()).toBe(0);
    const raw = await page.locator("main").textContent();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(raw).not.toMatch(/[\u0000-\u0008\u202e\u2066\ufffe]/);
    expect(await axeViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test("bad UTF-8, in a file that was cut", async () => {
    const bytes = changed("main R: main;BADBYTES 20", (profile) => ({
      ...profile,
      recordings: profile.recordings.map((each) => ({ ...each, endReason: undefined })),
    }));
    const at = Buffer.from(bytes).indexOf("BADBYTES");
    bytes.set([0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0xf5, 0xfe], at);
    // Without its end a chunk has no checksum that would tell.
    const { page, complaints } = await openCapture(bytes.subarray(0, bytes.length - 4));
    const names = (await tableOf(page)).map((row) => row.function);
    expect(names[0]).toMatch(/^\ufffd+$/);
    expect(complaints).toEqual([]);
  });

  test("an enormous tree", async () => {
    const deep = Array.from({ length: 900 }, (_, i) => `d${i % 450}`).join(";");
    const wide = Array.from({ length: 4000 }, (_, i) => `main R: main;a${i % 60};w${i} 1`);
    const { page, complaints, path } = await openCapture(
      captureOf([`main R: ${deep} 40`, ...wide].join("\n"), { blockTicks: 1000 }),
    );
    await expectAgreement(page, path);
    expect((await page.locator("canvas.flame").nth(1).boundingBox())!.height).toBeGreaterThan(100);
    await page.getByRole("button", { name: "From leaves" }).click();
    await page.locator("#flame input[type=search]").fill("^w39");
    expect(await page.locator("#flame .matched").textContent()).toMatch(/^\d+ frames · /);
    await page.getByLabel("fold recursion").check();
    await expectAgreement(page, path);
    expect(complaints).toEqual([]);
  });
});
