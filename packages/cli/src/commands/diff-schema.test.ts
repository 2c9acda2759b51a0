// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { captureOf } from "../../../analyze/src/testing/capture-writer.ts";
import { main } from "../main.ts";
import { closedSchema } from "../testing/closed-schema.ts";
import { memoryIo } from "../testing/memory-io.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pyspy-schemas-"));
  const turns = (hot: string, count: number) =>
    Array.from({ length: count }, (_, i) => `main gil R: main;${i % 3 === 0 ? hot : "cold"} 2`);
  const record = (name: string, lines: string[]) =>
    writeFileSync(join(folder, name), captureOf(lines.join("\n"), { blockTicks: 500, cpu: true }));
  record("a.pspy", turns("hot", 900));
  record("b.pspy", [...turns("warm", 300), ...turns("hot", 300)]);
  record("short.pspy", turns("hot", 3));
});

afterAll(() => rmSync(folder, { recursive: true }));

const validate = closedSchema("diff.schema.json");

it.each([
  [["a.pspy", "b.pspy"]],
  [["a.pspy", "b.pspy", "--measure", "share", "--unit", "cpu", "--rename", "hot=x"]],
  [["a.pspy", "short.pspy", "--work-before", "3", "--work-after", "4"]],
  [["--aa", "b.pspy"]],
])("the answer to diff %j follows the published schema", async (argv) => {
  const io = memoryIo({ cwd: folder });
  await main(["diff", ...argv, "--json"], io);
  const found = JSON.parse(io.out());
  validate(found);
  expect(validate.errors).toBeNull();
  expect(validate({ ...found, answer: {} })).toBe(false);
  expect(validate({ ...found, more: 1 })).toBe(false);
});
