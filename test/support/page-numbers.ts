// SPDX-License-Identifier: MIT

import type { Page } from "playwright-core";
import { expect } from "vitest";
import { printed } from "./report-page.ts";

/** The command that the page says gives its numbers. */
export function command(page: Page): Promise<string | null> {
  return page.locator(".command code").textContent();
}

/** A row of the table of functions, as it is shown. */
export interface TopRow {
  readonly function: string;
  readonly self: string;
  readonly total: string;
}

/** The page's table of functions. */
export function tableOf(page: Page): Promise<TopRow[]> {
  return page.locator("#functions-1 tbody tr").evaluateAll((rows) =>
    rows.map((row) => {
      const cells = [...row.children].map(({ textContent }) => textContent ?? "");
      return {
        self: `${cells[0]} ${cells[1]}`,
        total: `${cells[2]} ${cells[3]}`,
        function: row.querySelector("button")!.textContent!,
      };
    }),
  );
}

/** The table that the page's own command prints, of the recording that the page was made from. */
async function commandTable(page: Page, file: string): Promise<TopRow[]> {
  const line = await command(page);
  const words = [...line!.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
  expect(words.slice(0, 3)).toEqual(["pyspy-analyze", "top", "report.html"]);
  const text = await printed("top", file, ...words.slice(3), "-n", "25");
  const lines = text
    .slice(text.search(/^Functions|^Lines|^Modules/m))
    .split("\n")
    .slice(2);
  return lines.flatMap((row) => {
    const match =
      /^\s+(\S+(?: [mµn]?s| min \d+ s)?) +([<>\d.]+ %) +(\S+(?: [mµn]?s| min \d+ s)?) +([<>\d.]+ %) +(.*)$/.exec(
        row,
      );
    if (match === null) return [];
    const [, self, selfShare, total, totalShare, name] = match;
    return [
      {
        self: `${self} ${selfShare}`,
        total: `${total} ${totalShare}`,
        function: name!.replace(/ \([^()]*\)$/, ""),
      },
    ];
  });
}

/** Holds the page's table against that of the command that it shows, of the recording that it was made from. */
export async function expectAgreement(page: Page, recording: string): Promise<void> {
  const table = await tableOf(page);
  expect(table.length).toBeGreaterThan(0);
  expect(table).toEqual(
    await commandTable(page, recording.includes("/") ? recording : `${recording}.pspy`),
  );
}

/** Sets one of the page's selects. */
export async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).selectOption({ label: option });
}
