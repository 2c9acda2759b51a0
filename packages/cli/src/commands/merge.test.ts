// SPDX-License-Identifier: MIT

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { labelsOf, type Profile, readCapture } from "@pyspy/analyze";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { captureOf } from "../../../analyze/src/testing/capture-writer.ts";
import { main } from "../main.ts";
import { memoryIo } from "../testing/memory-io.ts";

let folder: string;
const START = 1_700_000_000_000_000_000n;
const EARLY = captureOf("main;work 6", { startRealtimeNanos: START });
const LATE = captureOf("main;work 3\nw;wait 3", { startRealtimeNanos: START + 2_000_000_000n });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pyspy-merge-"));
  mkdirSync(join(folder, "day/web-2"), { recursive: true });
  writeFileSync(join(folder, "day/web-1.pspy"), EARLY);
  writeFileSync(join(folder, "day/web-2/b.pspy.gz"), gzipSync(LATE));
  writeFileSync(join(folder, "day/notes.txt"), "not a capture");
  writeFileSync(join(folder, "stacks.txt"), "main;hot 5\n");
});

afterEach(() => rmSync(folder, { recursive: true }));

async function run(...argv: readonly string[]) {
  const io = memoryIo({ cwd: folder });
  const code = await main(argv, io);
  return { code, out: io.out(), err: io.err() };
}

const profile = (name: string): Profile => readCapture(readFileSync(join(folder, name)));
const labels = (name: string) =>
  profile(name).recordings.map(({ header }) => ({ ...labelsOf(header) }));

describe("merge", () => {
  it("puts the captures of a directory on one axis, and processes of different files apart", async () => {
    const { code, out, err } = await run("merge", "day", "-o", "all.pspy");
    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(err).toContain("2 recordings of 2 files");
    const { recordings, processes, damage } = profile("all.pspy");
    expect(damage).toEqual([]);
    expect(recordings.map(({ startNanos }) => startNanos)).toEqual([0, 2e9]);
    // The same pid and start: of two machines, for all that is known.
    expect(processes).toHaveLength(2);
  });

  it("gives labels to all, by paths, and to one", async () => {
    const given = ["--label", "service=api", "--label-from", "(?<host>web-\\d)"];
    await run("merge", "day", "-o", "a.pspy", ...given, "--label", "b.pspy.gz:rank=7");
    expect(labels("a.pspy")).toEqual([
      { service: "api", host: "web-1" },
      { service: "api", host: "web-2", rank: "7" },
    ]);
    // Again: what is there stays, and what is given replaces it.
    await run("merge", "a.pspy", "-o", "b.pspy", "--label", "service=web");
    expect(labels("b.pspy").map(({ service, host }) => [service, host])).toEqual([
      ["web", "web-1"],
      ["web", "web-2"],
    ]);
    const { out } = await run("top", "a.pspy", "--label", "host=2$", "--json");
    expect(JSON.parse(out).selection).toMatchObject({ samples: 6 });
    const processes = (await run("processes", "a.pspy")).out;
    expect(processes).toMatch(/host +pid/);
    expect(processes).toMatch(/web-2 +42/);
  });

  it("has one role for the workers of all hosts", async () => {
    await run("merge", "day", "-o", "all.pspy", "--label-from", "(?<host>web-\\d)");
    const { out } = await run("all.pspy", "-f", "raw", "-i", "--roles", "-o", "-");
    expect(
      new Set(
        out
          .trim()
          .split("\n")
          .map((line) => line.split(";")[0]),
      ).size,
    ).toBe(1);
  });

  it("takes processes of one host for one, by its label", async () => {
    await run("merge", "day", "-o", "one.pspy", "--label", "host=web");
    expect(profile("one.pspy").processes).toHaveLength(1);
  });

  it("has a recording once that comes twice", async () => {
    const [id] = [new Uint8Array(16).fill(7)];
    writeFileSync(join(folder, "x.pspy"), withId(EARLY, id!));
    const { err } = await run("merge", "x.pspy", "day/web-1.pspy", "x.pspy", "-o", "y.pspy");
    expect(err).toContain("2 recordings of 3 files; 1 recording came twice and is there once");
    expect(profile("y.pspy").recordings).toHaveLength(2);
  });

  it("makes a capture of what others recorded", async () => {
    expect((await run("merge", "stacks.txt", "-o", "s.pspy")).code).toBe(0);
    expect((await run("top", "s.pspy", "day", "-i")).out).toMatch(/hot/);
    const { code, err } = await run("timeline", "s.pspy");
    expect({ code, err }).toMatchObject({ code: 10 });
    expect(err).toContain("timeline needs to know when samples were taken");
  });

  it.each([
    [["day", "--label", "nobody.pspy:a=1"], 2, "names nobody.pspy, which is no input"],
    [["day", "--label", "=x"], 2, "--label takes KEY=VALUE"],
    [["day", "--label-from", "(?<host>db)"], 2, "is not found in day/web-1.pspy"],
    [["day", "--label-from", "web"], 2, "needs a named group"],
    [["day/notes.txt"], 3, "not a py-spy capture"],
    [["day/nothing-*.pspy"], 3, "no such file"],
    [[], 2, "no capture is named"],
  ])("%j is refused", async (argv, code, message) => {
    const result = await run("merge", ...argv, "-o", "never.pspy");
    expect(result.code).toBe(code);
    expect(result.err).toContain(message);
  });
});

describe("inputs of any command", () => {
  it("may be patterns, of files of any kind", async () => {
    const samples = async (...inputs: readonly string[]): Promise<number> =>
      JSON.parse((await run("top", ...inputs, "-i", "--json")).out).selection.samples;
    expect(await samples("day")).toBe(12);
    expect(await samples("day/*.pspy")).toBe(6);
    expect(await samples("**/*.pspy*", "st?cks.txt")).toBe(17);
  });

  it("may be directories of a side of a comparison", async () => {
    const { code, err } = await run("diff", "--before", "day", "--after", "day/*.pspy");
    expect({ code, err }).toMatchObject({ code: 0 });
  });
});

/** The capture with an id in its header. */
function withId(capture: Uint8Array, id: Uint8Array): Uint8Array {
  // A field more at the end of the header, and both lengths of its record larger.
  const end = 1 + 1 + capture[1]!;
  const head = [0x0a, capture[1]! + 18, 0x0a, capture[3]! + 18, ...capture.subarray(4, end)];
  return Uint8Array.from([...head, 0x22, 16, ...id, ...capture.subarray(end)]);
}
