import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { captureOf } from "../../packages/analyze/src/testing/capture-writer.ts";
import { main } from "../../packages/cli/src/main.ts";
import { memoryIo } from "../../packages/cli/src/testing/memory-io.ts";
import { analyze, temporaryFolder } from "./built-program.ts";

const CAPTURE = captureOf("main gil R: main;work;hot 30\nmain R: main;rest 30\nother S: wait 60");
const WHOLE = 60;

/** Samples that a capture of these bytes shows, idle ones included. */
async function samplesOf(bytes: Uint8Array) {
  const io = memoryIo({ stdin: [bytes] });
  const code = await main(["-", "--idle", "-f", "raw", "-o", "-"], io);
  const samples = [...io.out().matchAll(/ (\d+)$/gm)].reduce((sum, [, n]) => sum + Number(n), 0);
  return { code, samples, err: io.err() };
}

describe("a capture cut at any byte", () => {
  it("opens with what was whole and says that it was cut, or says that nothing is left", async () => {
    const uncut = await samplesOf(CAPTURE);
    expect(uncut).toEqual({ code: 0, samples: 2 * WHOLE, err: "" });
    let before = 0;
    for (let length = 0; length < CAPTURE.length; length++) {
      const { code, samples, err } = await samplesOf(CAPTURE.subarray(0, length));
      const where = `cut at ${length} of ${CAPTURE.length}`;
      expect([0, 3], where).toContain(code);
      // Once the header is there, every longer piece opens, and none shows less than a shorter one.
      if (code === 3) expect(before, where).toBe(0);
      expect(samples, where).toBeGreaterThanOrEqual(before);
      expect(err, where).toMatch(/cut after|cut off within|has no end|0 bytes/);
      before = samples;
    }
    expect(before).toBe(2 * WHOLE);
  }, 60_000);
});

it("so does the built program", () => {
  const folder = temporaryFolder();
  for (const share of [0.1, 0.35, 0.6, 0.85, 0.99]) {
    const length = Math.floor(CAPTURE.length * share);
    writeFileSync(join(folder, "cut.pspy"), CAPTURE.subarray(0, length));
    const { status, stderr, stdout } = analyze(folder, "cut.pspy");
    expect({ length, status, stderr }).toMatchObject({ length, status: 0 });
    expect(stderr).toMatch(/cut|no end/);
    expect(stdout).not.toBe("");
  }
});
