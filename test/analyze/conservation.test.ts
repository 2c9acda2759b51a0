// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readCapture } from "@pyspy/analyze";
import fc from "fast-check";
import { expect, it } from "vitest";
import { arbitraryView } from "../../packages/analyze/src/testing/arbitrary-view.ts";
import { conservationErrors } from "../../packages/analyze/src/testing/conservation.ts";

// Real recordings: whatever is asked of them adds up.

const CAPTURES = ["../../samples/recordings/", "../format/v1.0/"].flatMap((folder) => {
  const path = fileURLToPath(new URL(folder, import.meta.url));
  return readdirSync(path)
    .filter((name) => name.endsWith(".pspy"))
    .map((name) => path + name);
});

it.each(CAPTURES)("any view of %s adds up", (path) => {
  const profile = readCapture(readFileSync(path));
  const functions = profile.functions.map(({ name }) => name);
  const threads = profile.threads.map(({ name }) => name);
  fc.assert(
    fc.property(arbitraryView(functions, threads), (view) => {
      expect(conservationErrors(profile, view)).toEqual([]);
    }),
    { numRuns: 40 },
  );
});
