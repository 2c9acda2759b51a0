import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Profile } from "../model/profile.ts";
import { readCapture } from "../read/read-capture.ts";
import { arbitraryRuns } from "../testing/arbitrary-runs.ts";
import { writeCapture } from "../testing/capture-writer.ts";
import { concatBytes } from "../write/record-writer.ts";
import { CaptureRewriter } from "./capture-rewriter.ts";
import { KEEP_ALL } from "./rewrite-rules.ts";

// What is decoded and encoded again by rules that change nothing is what it was.

function rewritten(file: Uint8Array): Uint8Array {
  const rewriter = new CaptureRewriter(KEEP_ALL);
  const pieces = [...rewriter.push(file), ...rewriter.endInput()];
  expect(rewriter.losses).toEqual([]);
  return concatBytes(pieces);
}

/** Without the arrays' identity, which comparisons look at: everything that a profile says. */
function contents({ recordings, ...rest }: Profile): unknown {
  return structuredClone({ ...rest, recordings: recordings.map(({ header, ...each }) => each) });
}

function expectSame(file: Uint8Array): void {
  const once = rewritten(file);
  expect(contents(readCapture(once))).toEqual(contents(readCapture(file)));
  expect(Buffer.compare(rewritten(once), once)).toBe(0);
}

const RECORDINGS = ["samples/recordings/", "test/format/v1.0/"].flatMap((folder) => {
  const path = fileURLToPath(new URL(`../../../../${folder}`, import.meta.url));
  return readdirSync(path)
    .filter((name) => name.endsWith(".pspy"))
    .map((name) => path + name);
});

describe("decoding what was encoded from a decoded capture", { timeout: 60_000 }, () => {
  it.each(RECORDINGS)("gives %s again", (path) => {
    expectSame(readFileSync(path));
  });

  it("gives any capture again", () => {
    fc.assert(
      fc.property(arbitraryRuns, (runs) => {
        expectSame(writeCapture(runs, { cpu: true, hostName: "h" }));
      }),
    );
  });
});
