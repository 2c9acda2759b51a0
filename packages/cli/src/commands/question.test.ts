// SPDX-License-Identifier: MIT

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { captureOf } from "../../../analyze/src/testing/capture-writer.ts";
import { main } from "../main.ts";
import { memoryIo } from "../testing/memory-io.ts";
import { commands } from "./commands.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pyspy-question-"));
  const stacks = "main gil R: main;work;hot:3 6\nmain S: main;wait 4\nother S: wait;sleep:9 10";
  writeFileSync(join(folder, "run.pspy"), captureOf(stacks));
});

afterAll(() => rmSync(folder, { recursive: true }));

async function run(...argv: readonly string[]) {
  const io = memoryIo({ cwd: folder });
  const code = await main(argv, io);
  return { code, out: io.out(), err: io.err() };
}

/** What a question cannot be asked without. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  dump: ["--at", "10ms"],
  check: ["--max", "self:hot<100%"],
  push: ["--to", "http://127.0.0.1:9", "--kind", "pyroscope", "--dry-run"],
  query: ["SELECT sum(samples) FROM samples"],
};

/** `diff` is about two sides, and has tests of its own; `follow` answers on a screen. */
const questions = commands
  .filter(({ name, options }) => "focus" in options && "json" in options && name !== "diff")
  .map(({ name }) => name);

describe.each(questions)("%s", (name) => {
  const needed = NEEDED[name] ?? [];

  it("answers as text, Markdown and JSON", async () => {
    const text = await run(name, "run.pspy", ...needed);
    expect(text).toMatchObject({ code: 0, err: "" });
    expect(text.out).toMatch(/^python app\.py\n/);
    const markdown = await run(name, "run.pspy", "--md", ...needed);
    expect(markdown).toMatchObject({ code: 0, err: "" });
    expect(markdown.out).toMatch(/^### python app\.py\n/);
    const json = await run(name, "run.pspy", "--json", ...needed);
    expect(json).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(json.out)).toMatchObject({
      format: "pyspy-analyze",
      formatVersion: 1,
      question: name,
      provenance: { command: expect.stringContaining(`pyspy-analyze ${name} run.pspy --json`) },
      quality: { samples: 20 },
    });
  });

  it("takes filters, and says what they left out", async () => {
    const { out } = await run(name, "run.pspy", "--gil", "--json", ...needed);
    expect(JSON.parse(out)).toMatchObject({
      selection: { samples: 6, filters: [{ name: "gil", dropped: { samples: 14 } }] },
    });
  });

  it("goes into a file, which is no capture", async () => {
    expect(await run(name, "run.pspy", "-o", "answer.txt", ...needed)).toEqual({
      code: 0,
      out: "",
      err: "",
    });
    expect(readFileSync(join(folder, "answer.txt"), "utf8")).toMatch(/^python app\.py\n/);
    expect((await run(name, "run.pspy", "-o", "run.pspy", ...needed)).code).toBe(8);
  });

  it("has help of its own", async () => {
    const { code, out } = await run(name, "--help");
    expect(code).toBe(0);
    expect(out).toContain(`Usage: pyspy-analyze ${name} FILE... [options]`);
    expect(out).toContain("--gil");
  });

  it("refuses what it does not know", async () => {
    expect(await run(name)).toMatchObject({ code: 2, out: "" });
    expect((await run(name, "run.pspy", "--jsn")).err).toContain("Did you mean --json?");
    expect((await run(name, "run.pspy", "--json", "--md", ...needed)).err).toContain(
      "exclude each other",
    );
  });
});

it("a moment must be one of the recording", async () => {
  expect(await run("dump", "run.pspy")).toMatchObject({ code: 2 });
  const { code, err } = await run("dump", "run.pspy", "--at", "9s");
  expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining("9s is not in") });
});

it("every question is in docs/json.md", () => {
  const docs = readFileSync(new URL("../../../../docs/json.md", import.meta.url), "utf8");
  for (const name of questions) expect(docs).toContain(`\n## ${name}\n`);
});

it("a mistyped command is told from a file that is not there", async () => {
  const { code, err } = await run("sumary", "run.pspy");
  expect(code).toBe(3);
  expect(err).toContain("Did you mean the command summary?");
});
