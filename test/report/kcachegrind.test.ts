// SPDX-License-Identifier: MIT

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { analyze } from "../cli/built-program.ts";
import { numbersOfExport } from "../support/export-numbers.ts";
import { topTen } from "../support/profile-numbers.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { viewerPath } from "../support/viewers.ts";

const CAPTURE = fileURLToPath(new URL("../../samples/recordings/web_like.pspy", import.meta.url));

/** Not on every machine: it is built from a source package that mirrors may lack. */
function reasonForNone(): string {
  try {
    viewerPath("cgview");
    return "";
  } catch (error) {
    return ` (skipped: ${(error as { stderr?: string }).stderr?.trim().split("\n").at(-1)})`;
  }
}

const reason = reasonForNone();

test.skipIf(reason !== "")(`KCachegrind reads what callgrind_annotate reads${reason}`, async () => {
  const file = join(temporaryFolder(), "run.callgrind");
  expect(analyze(temporaryFolder(), CAPTURE, "--idle", "-o", file).status).toBe(0);
  const [shown, annotated] = await Promise.all([
    numbersOfExport.kcachegrind(file),
    numbersOfExport.callgrind(file),
  ]);
  expect(shown.totalNanos).toBe(annotated.totalNanos);
  // It prints the functions with the most.
  const [found, all] = [shown.sampleFunctions!, annotated.sampleFunctions!];
  expect(topTen(found, "total", 1)).toEqual(topTen(all, "total", 1));
  expect(found.size).toBeGreaterThan(20);
  for (const [name, numbers] of found) expect([name, numbers]).toEqual([name, all.get(name)]);
});
