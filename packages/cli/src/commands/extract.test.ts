// SPDX-License-Identifier: MIT

import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "../main.ts";
import { memoryIo } from "../testing/memory-io.ts";

const SAMPLES = fileURLToPath(new URL("../../../../samples/recordings", import.meta.url));

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pyspy-extract-"));
  copyFileSync(join(SAMPLES, "pool.pspy"), join(folder, "pool.pspy"));
  writeFileSync(
    join(folder, "two.pspy.gz"),
    gzipSync(readFileSync(join(SAMPLES, "two_threads.pspy"))),
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

async function run(...words: string[]) {
  const io = memoryIo({ cwd: folder });
  return { code: await main(words, io), io };
}

describe("a report that carries its recording", () => {
  it.each(["pool.pspy", "two.pspy.gz"])("gives %s back, byte for byte", async (name) => {
    expect((await run(name, "-o", "report.html")).code).toBe(0);
    const { code, io } = await run("extract", "report.html", "-o", "-");
    expect(code).toBe(0);
    expect(Buffer.compare(io.outBytes(), readFileSync(join(folder, name)))).toBe(0);
  });

  it("is an input like the recording, also of another report", async () => {
    await run("pool.pspy", "-o", "report.html");
    await run("report.html", "-o", "again.html");
    const of = async (file: string) => (await run("top", file, "--json")).io.out();
    const answer = (text: string) => JSON.parse(text).answer;
    expect(answer(await of("again.html"))).toEqual(answer(await of("pool.pspy")));
    const { io } = await run("extract", "again.html", "-o", "-");
    expect(Buffer.compare(io.outBytes(), readFileSync(join(folder, "pool.pspy")))).toBe(0);
  });

  it("carries all of several recordings, and gives each its name", async () => {
    await run("pool.pspy", "two.pspy.gz", "-o", "both.html");
    const { code, io } = await run("extract", "both.html");
    expect([code, io.err()]).toEqual([8, expect.stringContaining("must not replace")]);
    expect((await run("extract", "both.html", "-o", "x")).io.err()).toContain(
      "carries 2 recordings",
    );
    const names = async (...files: string[]) =>
      JSON.parse((await run("threads", ...files, "--json")).io.out()).answer;
    expect(await names("both.html")).toEqual(await names("pool.pspy", "two.pspy.gz"));
  });

  it("says so where the recording is too large for it", async () => {
    expect((await run("pool.pspy", "-o", "small.html", "--max-size", "20kB")).code).toBe(0);
    const page = readFileSync(join(folder, "small.html"), "utf8");
    expect(page.includes("The recording is not in this file")).toBe(true);
    const { code, io } = await run("gil", "small.html");
    expect([code, io.err()]).toEqual([3, expect.stringContaining("carries its recording")]);
    expect((await run("extract", "small.html")).code).toBe(3);
    expect((await run("pool.pspy", "-o", "x.html", "--max-size", "much")).code).toBe(2);
  });

  it("has fewer ticks of a recording that is a little too large for it, and says so", async () => {
    copyFileSync(join(SAMPLES, "web_like.pspy"), join(folder, "web.pspy"));
    await run("web.pspy", "-o", "whole.html");
    const { size } = statSync(join(folder, "whole.html"));
    const limit = String(size - 15_000);
    expect((await run("web.pspy", "-o", "thin.html", "--max-size", limit)).code).toBe(0);
    const page = readFileSync(join(folder, "thin.html"), "utf8");
    expect(page.length).toBeLessThanOrEqual(size - 15_000);
    const [, every] = /thinned to fit: one tick in (\d+) is in this file/.exec(page)!;
    const { io } = await run("top", "thin.html", "--json", "--idle");
    const { recordings, selection } = JSON.parse(io.out());
    expect(recordings[0].notes[0]).toMatch(`Thinned to fit into a page: one tick in ${every} `);
    const whole = JSON.parse((await run("top", "web.pspy", "--json", "--idle")).io.out()).selection;
    expect(selection.samples / whole.samples).toBeCloseTo(1 / Number(every), 1);
    expect(selection.wallNanos / whole.wallNanos).toBeCloseTo(1, 1);
    expect((await run("extract", "thin.html")).io.out()).toContain("web.thinned.pspy");
    expect((await run("top", "web.thinned.pspy")).code).toBe(0);
  });

  it("carries both sides of a comparison, each by its name", async () => {
    copyFileSync(join(SAMPLES, "web_like.pspy"), join(folder, "a.pspy"));
    copyFileSync(join(SAMPLES, "event_loop.pspy"), join(folder, "b.pspy"));
    expect((await run("diff", "a.pspy", "b.pspy", "-o", "diff.html")).code).toBe(0);
    for (const [side, file] of [
      ["before", "a.pspy"],
      ["after", "b.pspy"],
    ] as const) {
      const { io } = await run("extract", `diff.html#${side}`, "-o", "-");
      expect(Buffer.compare(io.outBytes(), readFileSync(join(folder, file)))).toBe(0);
    }
    const answer = async (...words: string[]) =>
      JSON.parse((await run("diff", ...words, "--json")).io.out()).answer.functions;
    expect(await answer("diff.html#before", "diff.html#after")).toEqual(
      await answer("a.pspy", "b.pspy"),
    );
    const { code, io } = await run("top", "diff.html");
    expect([code, io.err()]).toEqual([2, expect.stringContaining("diff.html#before")]);

    const { size } = statSync(join(folder, "diff.html"));
    const limit = String(size - 15_000);
    expect(
      (await run("diff", "a.pspy", "b.pspy", "-o", "less.html", "--max-size", limit)).code,
    ).toBe(0);
    expect(statSync(join(folder, "less.html")).size).toBeLessThanOrEqual(size - 15_000);
    expect((await run("top", "less.html#before")).io.out()).toContain("Thinned to fit into a page");
  });

  it("gives what is left of one that was cut", async () => {
    await run("pool.pspy", "-o", "report.html");
    const page = readFileSync(join(folder, "report.html"));
    writeFileSync(join(folder, "cut.html"), page.subarray(0, page.indexOf("data-packed") + 3000));
    const { code, io } = await run("extract", "cut.html", "-o", "-");
    expect([code, io.err()]).toEqual([3, expect.stringContaining("cut.html is damaged")]);
    const top = await run("top", "cut.html");
    expect([top.code, top.io.err()]).toEqual([
      0,
      expect.stringContaining("cannot be read further"),
    ]);
  });
});
