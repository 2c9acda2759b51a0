// SPDX-License-Identifier: MIT

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { captureOf } from "../../../analyze/src/testing/capture-writer.ts";
import { main } from "../main.ts";
import { memoryIo } from "../testing/memory-io.ts";

let folder: string;
const CAPTURE = captureOf("main gil R: main;pay 6\nalice@example.org S: wait 6", {
  hostName: "alices-laptop",
  process: { command: ["python", "/home/alice/app.py", "--password=hunter2"] },
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pyspy-redact-"));
  writeFileSync(join(folder, "run.pspy"), CAPTURE);
});

afterEach(() => rmSync(folder, { recursive: true }));

async function run(...argv: readonly string[]) {
  const io = memoryIo({ cwd: folder });
  const code = await main(argv, io);
  return { code, out: io.out(), err: io.err() };
}

const bytes = (name: string): Buffer => readFileSync(join(folder, name));

describe("redact", () => {
  it("writes a capture beside the input, which answers the same, without what is private", async () => {
    const { code, out, err } = await run("redact", "run.pspy");
    expect({ code, out, err }).toEqual({ code: 0, out: "run.redacted.pspy\n", err: "" });
    expect(bytes("run.redacted.pspy").toString("latin1")).not.toMatch(/alice|hunter2/);
    const answer = JSON.parse((await run("top", "run.redacted.pspy", "--json")).out);
    expect(answer.answer).toEqual(JSON.parse((await run("top", "run.pspy", "--json")).out).answer);
  });

  it("compresses by the name, and reads what it wrote", async () => {
    expect((await run("redact", "run.pspy", "-o", "x.pspy.gz")).code).toBe(0);
    expect((await run("redact", "run.pspy", "-o", "x.pspy")).code).toBe(0);
    expect(gunzipSync(bytes("x.pspy.gz"))).toEqual(bytes("x.pspy"));
    expect((await run("summary", "x.pspy.gz")).out).toContain("pay");
  });

  it("strict: keeps a map for its owner alone, uses it again, and can be undone", async () => {
    const strict = ["--level", "strict", "--map", "names.json"];
    expect((await run("redact", "run.pspy", "-o", "a.pspy", ...strict)).code).toBe(0);
    expect(statSync(join(folder, "names.json")).mode & 0o777).toBe(0o600);
    expect(bytes("a.pspy").toString("latin1")).not.toMatch(/alice|hunter2|pay|app/);
    expect((await run("redact", "run.pspy", "-o", "b.pspy", ...strict)).code).toBe(0);
    expect(bytes("b.pspy")).toEqual(bytes("a.pspy"));
    expect((await run("redact", "run.pspy", "-o", "c.pspy", "--level", "strict")).code).toBe(0);
    expect(bytes("c.pspy")).not.toEqual(bytes("a.pspy"));
    const restored = ["a.pspy", "--restore", "names.json", "-o", "again.pspy"];
    expect((await run("redact", ...restored)).code).toBe(0);
    expect((await run("top", "again.pspy")).out).toMatch(/pay \(app\.py\)/);
  });

  it.each([
    [["run.pspy", "-o", "run.pspy"], 8, "is one of the inputs"],
    [["run.pspy", "--map", "m.json"], 2, "--map is for --level strict"],
    [["run.pspy", "--keep", "x"], 2, "--keep is for --level strict"],
    [["run.pspy", "--restore", "m.json", "--level", "share"], 2, "exclude each other"],
    [["run.pspy", "--restore", "none.json"], 3, "cannot read none.json"],
    [["run.pspy", "--restore", "bad.json"], 2, "bad.json is no map that redact wrote"],
    [["bad.json"], 3, "bad.json: not a py-spy capture"],
    [["run.pspy", "bad.json"], 3, "bad.json: "],
    [[], 2, "no capture is named"],
  ])("%j is refused, and leaves nothing behind", async (argv, code, message) => {
    writeFileSync(join(folder, "bad.json"), "{}");
    const result = await run("redact", ...argv);
    expect({ code: result.code, out: result.out }).toEqual({ code, out: "" });
    expect(result.err).toContain(message);
    expect(readdirSync(folder).sort()).toEqual(["bad.json", "run.pspy"]);
  });

  it("leaves out what is damaged, and says so", async () => {
    writeFileSync(join(folder, "cut.pspy"), CAPTURE.subarray(0, -40));
    const { code, err } = await run("redact", "cut.pspy");
    expect(code).toBe(0);
    expect(err).toMatch(/warning: damaged at byte [\d,]+, left out/);
  });
});

describe("inspect", () => {
  it("lists what a capture gives away, and what is left after redact", async () => {
    const before = await run("inspect", "--pii", "run.pspy");
    expect(before).toMatchObject({ code: 0, err: "" });
    for (const text of ["alices-laptop", "hunter2", "alice@example.org", "/home/alice"]) {
      expect(before.out).toContain(text);
    }
    await run("redact", "run.pspy");
    const after = await run("inspect", "--pii", "run.redacted.pspy");
    expect(after.out).not.toMatch(/alice|hunter2/);
    expect(after.out).toContain("Nothing was found.");
  });

  it("answers in JSON and Markdown too", async () => {
    const { out } = await run("inspect", "run.pspy", "--json");
    const { question, answer } = JSON.parse(out);
    expect(question).toBe("inspect");
    expect(answer.findings).toContainEqual({
      kind: "host-name",
      removedBy: "share",
      count: 1,
      examples: ["alices-laptop"],
    });
    expect((await run("inspect", "run.pspy", "--md")).out).toMatch(/^### run\.pspy\n/);
    expect((await run("inspect")).code).toBe(2);
  });
});
