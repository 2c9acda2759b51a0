// SPDX-License-Identifier: MIT

import { readFileSync } from "node:fs";
import { formatByName } from "@pyspy/report";
import { Ajv } from "ajv";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HOSTILE_NAMES } from "../../packages/report/src/testing/hostile-names.ts";
import { renameFunctions, reportInput } from "../../packages/report/src/testing/report-input.ts";
import { functionName } from "../../packages/report/src/text/function-name.ts";
import { launchBrowser, type TestBrowser } from "../support/browser.ts";
import { openInSpeedscope, SPEEDSCOPE_SCHEMA } from "../support/speedscope.ts";

const TEXT = `
  MainThread R: main:3;Service.load:7;query:10 30
  MainThread S: main:3;Service.load:7;wait:10 50
  MainThread R: main:4;render:5 20
  worker R: run:9;query:12 100
`;

let browser: TestBrowser;

beforeAll(async () => {
  browser = await launchBrowser({ webgl: true });
});

afterAll(async () => {
  await browser?.close();
});

function render(name: "speedscope" | "raw", ...args: Parameters<typeof reportInput>): string {
  return [...formatByName(name)!.render(reportInput(...args))].join("");
}

test("the file validates against speedscope's own schema", () => {
  const schema = JSON.parse(readFileSync(SPEEDSCOPE_SCHEMA, "utf8")) as object;
  const validate = new Ajv({ strict: false }).compile(schema);
  expect(validate({ profiles: [] })).toBe(false);
  const hostile = HOSTILE_NAMES.map((_, index) => `main R: top;f${index} 1`).join("\n");
  for (const text of [
    render("speedscope", TEXT),
    render("speedscope", TEXT, { lines: false, active: true }),
    render("speedscope", "main S: main 3", { active: true }),
    render("speedscope", hostile, {
      change: (profile) =>
        renameFunctions(profile, (name) => HOSTILE_NAMES[Number(name.slice(1))] ?? name),
    }),
  ]) {
    validate(JSON.parse(text));
    expect(validate.errors).toBeNull();
  }
});

test("speedscope shows threads, functions and real time", async () => {
  const file = { name: "run.speedscope.json", text: render("speedscope", TEXT, { active: true }) };
  const { page, messages, complaints } = await openInSpeedscope(browser, file, "sandwich");
  expect(await page.title()).toMatch(/^python app\.py - speedscope$/);
  expect(messages).toContain("Importing as speedscope json file");
  await page.getByText("Service.load").waitFor();
  const text = await page.locator("body").textContent();
  expect(text).toMatch(/Thread \d+ "MainThread" \(1\/3\)/);
  const rows = await page.locator("tr").allInnerTexts();
  const row = (name: string): string =>
    rows.find((each) => each.includes(name))!.replace(/\s+/g, " ");
  // Total and self. The idle half of the second is a gap: no share of the rest.
  expect(row("query")).toBe("300.00ms (60%) 300.00ms (60%) query");
  expect(row("Service.load")).toBe("300.00ms (60%) 0.00ns (<0.01%) Service.load");
  expect(row("render")).toBe("200.00ms (40%) 200.00ms (40%) render");
  expect(rows.some((each) => each.includes("wait"))).toBe(false);
  expect(complaints).toEqual([]);
});

test("speedscope shows hostile names as names", async () => {
  const text = HOSTILE_NAMES.map((_, index) => `main R: f${index} 1`).join("\n");
  const change: NonNullable<Parameters<typeof reportInput>[1]>["change"] = (profile) =>
    renameFunctions(profile, (name) => HOSTILE_NAMES[Number(name.slice(1))] ?? name);
  const file = { name: "run.speedscope.json", text: render("speedscope", text, { change }) };
  const { page, complaints } = await openInSpeedscope(browser, file, "sandwich");
  await page.getByText("]]><script>").waitFor();
  const shown = await page.locator("tr").evaluateAll((rows) => rows.map((row) => row.textContent));
  for (const name of HOSTILE_NAMES) {
    expect(shown).toContainEqual(expect.stringContaining(functionName(name)));
  }
  expect(complaints).toEqual([]);
});

test("speedscope reads the collapsed stacks too", async () => {
  const file = { name: "run.collapsedstack.txt", text: render("raw", TEXT, { threads: true }) };
  const { page, messages, complaints } = await openInSpeedscope(browser, file, "sandwich");
  expect(messages.join()).toContain("collapsed stack");
  await page.getByText("Service.load").waitFor();
  const rows = (await page.locator("tr").allInnerTexts()).map((each) => each.replace(/\s+/g, " "));
  expect(rows).toContain("100 (50%) 100 (50%) query (app.py:12)");
  expect(rows).toContain("80 (40%) 0 (<0.01%) Service.load (app.py:7)");
  expect(rows.find((each) => each.includes("MainThread"))).toMatch(
    /^100 \(50%\) 0 \(<0\.01%\) thread \(\d+\): MainThread$/,
  );
  expect(complaints).toEqual([]);
});
