// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { TestBrowser, WatchedPage } from "./browser.ts";

const release = join(
  dirname(createRequire(import.meta.url).resolve("speedscope/package.json")),
  "dist/release",
);

/** The published JSON schema of speedscope's file format. */
export const SPEEDSCOPE_SCHEMA: string = join(release, "file-format-schema.json");

export type SpeedscopeView = "time-ordered" | "left-heavy" | "sandwich";

/**
 * Opens a file in the real speedscope application, as `speedscope FILE` does: by a script that hands
 * it over, named in the address. It draws by WebGL. The name of the file decides which importer is
 * tried first.
 */
export async function openInSpeedscope(
  browser: TestBrowser,
  file: { readonly name: string; readonly text: string },
  view: SpeedscopeView,
): Promise<WatchedPage> {
  const directory = mkdtempSync(join(tmpdir(), "pyspy-speedscope-"));
  try {
    const script = join(directory, "profile.js");
    const base64 = Buffer.from(file.text).toString("base64");
    const call = `speedscope.loadFileFromBase64(${JSON.stringify(file.name)}, "${base64}")`;
    writeFileSync(script, call);
    const watched = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const app = pathToFileURL(join(release, "index.html")).href;
    await watched.page.goto(`${app}#localProfilePath=${script}&view=${view}`);
    // The title changes from "speedscope" once a profile is shown.
    await watched.page.waitForFunction(() => document.title.endsWith(" - speedscope"));
    return watched;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
