// SPDX-License-Identifier: MIT

import { fileURLToPath } from "node:url";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { axeViolations } from "../support/axe.ts";
import {
  launchBrowser,
  type PageOptions,
  type TestBrowser,
  type WatchedPage,
} from "../support/browser.ts";
import { choose, command, expectAgreement, tableOf } from "../support/page-numbers.ts";
import { openFile, printed, samplePage } from "../support/report-page.ts";

let browser: TestBrowser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(() => browser?.close());

/** The page of a sample, alive. */
async function open(
  recording: string,
  { hash = "", words = [], ...options }: PageOptions & { hash?: string; words?: string[] } = {},
): Promise<WatchedPage> {
  const watched = await browser.newPage(options);
  await openFile(watched.page, await samplePage(recording, ...words), hash);
  await watched.page.waitForSelector("body[data-ready]");
  return watched;
}

/** Where an element lies on the screen, once it is in sight. */
async function placeOf(element: Locator) {
  await element.scrollIntoViewIfNeeded();
  return (await element.boundingBox())!;
}

/** Drags over the timeline, from one share of its width to another. */
async function brush(page: Page, from: number, to: number): Promise<void> {
  const box = await placeOf(page.locator("canvas.strips"));
  const x = (share: number): number => box.x + 190 + share * (box.width - 190);
  await page.mouse.move(x(from), box.y + 40);
  await page.mouse.down();
  await page.mouse.move(x((from + to) / 2), box.y + 40);
  await page.mouse.move(x(to), box.y + 40);
  await page.mouse.up();
}

/** Waits for the tables further down, which come when the rest is there. */
function tablesShown(page: Page): Promise<unknown> {
  return page.waitForSelector("body[data-tables=shown]", { state: "attached" });
}

/** As the page itself knows it: what the browser's driver says comes later. */
function address(page: Page): Promise<string> {
  return page.evaluate(() => location.href);
}

test("opens with what the command showed, and agrees with it", async () => {
  const { page, complaints } = await open("web_like");
  await expectAgreement(page, "web_like");
  expect(await command(page)).toBe("pyspy-analyze top report.html");
  expect(await page.locator(".books").textContent()).toContain("5,582 of 7,984 samples");
  expect(await page.locator(".static").count()).toBe(0);
  expect(await axeViolations(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

test("stands on the filters that it was made with", async () => {
  const { page } = await open("web_like", {
    words: ["--gil", "--hide", "threading", "--unit", "cpu"],
  });
  expect(await command(page)).toBe(
    "pyspy-analyze top report.html --gil --hide threading --unit cpu",
  );
  await expectAgreement(page, "web_like");
});

describe("each control does what it says, by the command's own numbers", () => {
  test.each([
    ["Threads that", "hold the GIL", "--gil"],
    ["Threads that", "wait for the GIL", "--gil-wait"],
    ["Threads that", "are there, idle or not", "--idle"],
    ["Threads that", "are blocked", "--off-cpu"],
    ["Thread", "worker-1", "--tid 24435"],
    ["Weight", "CPU time", "--unit cpu"],
    ["Weight", "samples", "--unit samples"],
    ["A frame is a", "line", "--by line"],
    ["A frame is a", "module", "--by module"],
  ])("%s: %s", async (label, option, words) => {
    const { page, complaints } = await open("web_like");
    await choose(page, label, option);
    expect(await command(page)).toBe(`pyspy-analyze top report.html ${words}`);
    await expectAgreement(page, "web_like");
    expect(complaints).toEqual([]);
  });

  test("processes and roles", async () => {
    const { page } = await open("pool");
    const process = page.getByLabel("Process", { exact: true });
    await process.selectOption("15148");
    await expectAgreement(page, "pool");
    await process.selectOption("");
    await page.getByLabel("Role", { exact: true }).selectOption({ index: 1 });
    expect(await command(page)).toContain("--role");
    await choose(page, "Threads that", "are there, idle or not");
    await expectAgreement(page, "pool");
  });

  test("code, and patterns", async () => {
    const { page } = await open("web_like");
    await page.getByLabel("only the program's own code").check();
    await expectAgreement(page, "web_like");
    await page.getByLabel("What the pattern does").selectOption("focus");
    await page.getByLabel("Pattern, a regular expression").fill("function:^checkout$");
    await page.keyboard.press("Enter");
    expect(await command(page)).toBe(
      "pyspy-analyze top report.html --my-code --focus 'function:^checkout$'",
    );
    await expectAgreement(page, "web_like");
    await page.getByRole("button", { name: "Remove: only stacks with" }).click();
    expect(await command(page)).toBe("pyspy-analyze top report.html --my-code");
    await page.getByLabel("fold plumbing").check();
    await expectAgreement(page, "web_like");
    await page.getByRole("button", { name: "Reset" }).click();
    expect(await command(page)).toBe("pyspy-analyze top report.html");
  });

  test("times, also those that are none", async () => {
    const { page } = await open("web_like");
    const from = page.getByLabel("From", { exact: true });
    await from.fill("-2s");
    await from.press("Enter");
    expect(await command(page)).toBe("pyspy-analyze top report.html --from=-2s");
    await expectAgreement(page, "web_like");
    const before = await tableOf(page);
    await from.fill("soon");
    await from.press("Enter");
    expect(await page.getByRole("alert").textContent()).toContain("soon is no time");
    expect(await tableOf(page)).toEqual(before);
  });
});

test("a brush over the timeline chooses a time for everything; a click gives it up", async () => {
  const { page, complaints } = await open("web_like");
  const all = await tableOf(page);
  await tablesShown(page);
  const threads = await page.locator("#threads tbody").textContent();
  await brush(page, 0.25, 0.5);
  expect(await command(page)).toMatch(
    /--from (1\.9|2\.0)\d*s --to (3\.9|4\.0)\d*s$|--from 2s --to 4s$/,
  );
  await expectAgreement(page, "web_like");
  expect(await tableOf(page)).not.toEqual(all);
  await tablesShown(page);
  expect(await page.locator("#threads tbody").textContent()).not.toBe(threads);
  await page.goBack();
  await expect.poll(() => command(page)).toBe("pyspy-analyze top report.html");
  expect(await tableOf(page)).toEqual(all);
  await page.goForward();
  await expect.poll(() => command(page)).toContain("--from");
  await brush(page, 0.7, 0.7);
  expect(await command(page)).toBe("pyspy-analyze top report.html");
  await page.getByRole("group", { name: /^Timeline/ }).focus();
  await page.keyboard.press("ArrowRight");
  expect(await command(page)).toMatch(/--from 0\.16\d*s --to 0\.96\d*s$/);
  await page.keyboard.press("Shift+ArrowLeft");
  expect(await command(page)).toMatch(/--from 0\.16\d*s --to 0\.8\d*s$/);
  await page.keyboard.press("Escape");
  expect(await command(page)).not.toContain("--from");
  expect(complaints).toEqual([]);
});

test("a click on a thread's name chooses the thread", async () => {
  const { page } = await open("web_like");
  const box = await placeOf(page.locator("canvas.strips"));
  await page.mouse.click(box.x + 150, box.y + 22 + 30);
  expect(await command(page)).toBe("pyspy-analyze top report.html --tid 24443");
  await expectAgreement(page, "web_like");
  await page.mouse.click(box.x + 150, box.y + 22 + 30);
  expect(await command(page)).toBe("pyspy-analyze top report.html");
});

describe("the flame graph", () => {
  const details = (page: Page): Promise<string | null> =>
    page.locator("#flame .details").textContent();

  test("describes, zooms, and goes back", async () => {
    const { page, complaints } = await open("web_like");
    const canvas = page.locator("canvas.flame").nth(1);
    const box = await placeOf(canvas);
    await page.mouse.move(box.x + 200, box.y + 18 * 3 + 8);
    expect(await details(page)).toMatch(/^Worker\.run .*web_like\.py .* of all/);
    await page.mouse.click(box.x + 200, box.y + 18 * 3 + 8);
    expect(await address(page)).toMatch(/#view\.zoom=\d+$/);
    await page.mouse.move(box.x + 5, box.y + 18 * 3 + 8);
    expect(await details(page)).toMatch(/^Worker\.run/);
    await page.goBack();
    await expect
      .poll(async () => {
        await page.mouse.move(box.x + 4, box.y + 18 * 3 + 8);
        await page.mouse.move(box.x + 5, box.y + 18 * 3 + 8);
        return details(page);
      })
      .toMatch(/^generate_load/);
    expect(complaints).toEqual([]);
  });

  test("goes by keys alone", async () => {
    const { page } = await open("web_like");
    await page.locator("canvas.flame").nth(1).focus();
    for (const key of ["ArrowDown", "ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
    expect(await details(page)).toMatch(/^Worker\.run|^Thread/);
    await page.keyboard.press("Enter");
    expect(await address(page)).toMatch(/view\.zoom=\d+$/);
    await page.keyboard.press("Home");
    expect(await address(page)).not.toContain("zoom");
    await page.keyboard.press("s");
    expect(await address(page)).toContain("view.order=sandwich");
  });

  test("finds", async () => {
    const { page } = await open("web_like");
    await page.keyboard.press("/");
    await page.keyboard.type("Catalog.query");
    const rows = await tableOf(page);
    const share = rows
      .find((row) => row.function === "Catalog.query")!
      .total.replace(/^\S+ \S+ /, "");
    expect(await page.locator("#flame .matched").textContent()).toMatch(
      new RegExp(`^\\d+ frames · ${share}$`),
    );
    expect(await address(page)).toContain("view.search=Catalog.query");
  });

  test("stands on its leaves, and around one function", async () => {
    const { page, complaints } = await open("web_like");
    const rows = await tableOf(page);
    const lower = page.locator("canvas.flame").nth(1);
    await page.getByRole("button", { name: "From leaves" }).click();
    const box = await placeOf(lower);
    const hot = rows.find((row) => row.function === "Catalog.query")!;
    await page.locator("#flame input[type=search]").fill("^Catalog.query ");
    expect(await page.locator("#flame .matched").textContent()).toContain(
      hot.self.replace(/^\S+ \S+ /, ""),
    );
    await page
      .locator("#functions-1")
      .getByRole("button", { name: "dispatch", exact: true })
      .click();
    expect(await address(page)).toContain("view.order=sandwich&");
    const dispatch = rows.find((row) => row.function === "dispatch")!;
    const lowerBox = await placeOf(lower);
    await page.mouse.move(box.x + 300, lowerBox.y + 8);
    expect(await details(page)).toContain(`dispatch`);
    expect(await details(page)).toContain(dispatch.total.replace(/ [^ ]+ %$/, ""));
    const upper = page.locator("canvas.flame").nth(0);
    const upperBox = await placeOf(upper);
    await page.mouse.move(box.x + 300, upperBox.y + upperBox.height - 18 - 8);
    expect(await details(page)).toMatch(/^handle /);
    expect(complaints).toEqual([]);
  });
});

test("a link leads to the view that it was copied from", async () => {
  const hash = "#gil&from=1s&view.order=leaves&view.search=query";
  const { page } = await open("web_like", { hash });
  expect(await command(page)).toBe("pyspy-analyze top report.html --gil --from 1s");
  await expectAgreement(page, "web_like");
  const pressed = page.locator("#flame [aria-pressed=true]");
  expect(await pressed.textContent()).toBe("From leaves");
  expect(await page.locator("#flame .matched").textContent()).toMatch(/^\d+ frames? · /);
});

test.each(["#from=%&pid=x&view.zoom=-1&view.order=up&<img>", "#pid=1&fold=x"])(
  "an address that makes no sense harms nothing: %s",
  async (hash) => {
    const { page, complaints } = await open("web_like", { hash });
    expect(await page.locator("#functions-1").isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  },
);

test.each([
  { width: 360, height: 740 },
  { width: 3840, height: 2160 },
])("works on a screen of $width px", async (viewport) => {
  const { page, complaints } = await open("pool", { viewport, colorScheme: "dark" });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
    viewport.width,
  );
  expect(await axeViolations(page)).toEqual([]);
  await expectAgreement(page, "pool");
  expect(complaints).toEqual([]);
});

test("runs in a frame that gives it no address of its own", async () => {
  const url = "https://tracker.example/report.html";
  const { page, complaints } = await browser.newPage({
    answers: {
      [url]: {
        contentType: "text/html",
        body: await samplePage("web_like"),
        headers: { "content-security-policy": "sandbox allow-scripts" },
      },
    },
  });
  await page.goto(url);
  await page.waitForSelector("body[data-ready]");
  await choose(page, "Threads that", "hold the GIL");
  await expectAgreement(page, "web_like");
  expect(complaints).toEqual([]);
});

test("prints what is on the screen", async () => {
  const { page } = await open("web_like");
  await page.emulateMedia({ media: "print" });
  expect(await page.locator("#ask").isVisible()).toBe(false);
  expect(await page.locator("canvas.flame").nth(1).isVisible()).toBe(true);
});

test("says that it has fewer ticks than were recorded, and shows those", async () => {
  const { length } = await samplePage("web_like");
  const markup = await samplePage("web_like", "--max-size", String(length - 15_000));
  expect(markup.length).toBeLessThanOrEqual(length - 15_000);
  const { page, complaints } = await browser.newPage();
  await openFile(page, markup);
  await page.waitForSelector("body[data-ready]");
  const warning = page.locator(".reduction");
  expect(await warning.isVisible()).toBe(true);
  const [, every] = /one tick in (\d+)/.exec((await warning.textContent())!)!;
  expect(await page.locator(".books").textContent()).toContain(`One tick in ${every} is here.`);
  const path = fileURLToPath(page.url());
  const top = await printed("top", path, "-n", "1");
  const [first] = await tableOf(page);
  expect(top).toContain(first!.self.replace(/ (?=[\d.]+ %$)/, "  "));
  expect(await axeViolations(page)).toEqual([]);
  expect(complaints).toEqual([]);
});

/** What the page says of two sides, and what its own command says of them. */
async function comparisons(page: Page, recording: string): Promise<[string, string]> {
  const shown = await page.locator("#compare .comparison").textContent();
  const text = (await command(page))!;
  const words = [...text.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) =>
    word.replaceAll("'", ""),
  );
  expect(words.slice(1, 3)).toEqual(["diff", "report.html"]);
  const answer = await printed("diff", `${recording}.pspy`, ...words.slice(3), "--md");
  const plain = (each: string): string => each.replace(/[\s|\\*`#-]/g, "");
  const changed = /In all, .*$/m.exec(answer)?.[0] ?? "";
  expect(changed).not.toBe("");
  return [plain(shown!), plain(changed)];
}

test("compares two stretches as the command does", async () => {
  const { page, complaints } = await open("event_loop", { words: ["--idle"] });
  await brush(page, 0, 0.45);
  await page.getByRole("button", { name: "This view is before" }).click();
  await brush(page, 0.5, 1);
  await page.getByRole("button", { name: "This view is after" }).click();
  expect(await command(page)).toMatch(/--before-time=0s\.\.\S+ --after-time=\S+ --idle$/);
  const [shown, changed] = await comparisons(page, "event_loop");
  expect(shown).toContain(changed);
  expect(await address(page)).toContain("view.before=");
  await page.getByRole("button", { name: "Clear" }).click();
  expect(await command(page)).toContain(" top ");
  expect(complaints).toEqual([]);
});

test("compares any two views as the command does, and a link leads to the comparison", async () => {
  const { page, complaints } = await open("web_like");
  await choose(page, "Thread", "worker-1");
  await choose(page, "Threads that", "hold the GIL");
  await page.getByRole("button", { name: "This view is before" }).click();
  await page.getByRole("button", { name: "Reset" }).click();
  await choose(page, "Thread", "MainThread");
  await page.getByRole("button", { name: "This view is after" }).click();
  expect(await command(page)).toBe(
    "pyspy-analyze diff report.html '--before-filter=--tid 24435 --gil' '--after-filter=--tid 24381'",
  );
  const [shown, changed] = await comparisons(page, "web_like");
  expect(shown).toContain(changed);
  expect(shown).toContain("generate_load".replaceAll("-", ""));
  const hash = new URL(page.url()).hash;
  const again = await open("web_like", { hash });
  expect((await comparisons(again.page, "web_like"))[0]).toBe(shown);
  await choose(page, "A frame is a", "module");
  await page.getByRole("button", { name: "This view is after" }).click();
  expect(await page.locator("#compare .warning").textContent()).toContain("--by differs");
  expect(complaints).toEqual([]);
});
