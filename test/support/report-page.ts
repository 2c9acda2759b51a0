// SPDX-License-Identifier: MIT

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { main } from "../../packages/cli/src/main.ts";
import { memoryIo } from "../../packages/cli/src/testing/memory-io.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export const RECORDINGS: string = fileURLToPath(
  new URL("../../samples/recordings", import.meta.url),
);

/** What a command of `pyspy-analyze` prints; relative names start at the sample recordings. */
export async function printed(...words: readonly string[]): Promise<string> {
  const io = memoryIo({ cwd: RECORDINGS });
  const code = await main(words, io);
  if (code !== 0) throw new Error(`${words.join(" ")}: ${io.err()}`);
  return io.out();
}

/** The page of a sample recording: its markup. */
export function samplePage(recording: string, ...words: readonly string[]): Promise<string> {
  return printed(`${recording}.pspy`, "-f", "html", "-o", "-", ...words);
}

/** Opens markup as a person opens an attachment: from a file. */
export async function openFile(page: Page, markup: string, hash = ""): Promise<void> {
  const path = join(temporaryFolder(), "report.html");
  writeFileSync(path, markup);
  await page.goto(pathToFileURL(path).href + hash);
}
