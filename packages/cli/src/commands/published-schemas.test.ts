// SPDX-License-Identifier: MIT

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { captureOf } from "../../../analyze/src/testing/capture-writer.ts";
import { main } from "../main.ts";
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

/** A published schema, which here also refuses members that it does not list: those are forgotten ones. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (node === null || typeof node !== "object") return node;
  const all = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
  const isObject = all["type"] === "object" && "properties" in all && !("oneOf" in all);
  return isObject ? { additionalProperties: false, ...all } : all;
}

it.each<[string, string[]]>([
  ["diff", ["diff", "a.pspy", "b.pspy"]],
  [
    "diff",
    ["diff", "a.pspy", "b.pspy", "--measure", "share", "--unit", "cpu", "--rename", "hot=x"],
  ],
  ["diff", ["diff", "a.pspy", "short.pspy", "--work-before", "3", "--work-after", "4"]],
  ["diff", ["diff", "--aa", "b.pspy"]],
  ["plan", ["plan", "a.pspy", "--change", "5%"]],
  ["plan", ["plan", "short.pspy"]],
  ["check", ["check", "a.pspy", "--max", "self:hot<5%", "--max", "total:cold<1s"]],
  ["check", ["check", "short.pspy", "--max-gil-wait", "5%", "--max-gil-hold", "1s"]],
])("%s.schema.json describes all of the answer to %j", async (name, argv) => {
  const path = new URL(`../../../../docs/${name}.schema.json`, import.meta.url);
  const schema = closed(JSON.parse(readFileSync(path, "utf8"))) as object;
  const io = memoryIo({ cwd: folder });
  await main([...argv, "--json"], io);
  const validate = new Ajv2020({ allowUnionTypes: true }).compile(schema);
  validate(JSON.parse(io.out()));
  expect(validate.errors).toBeNull();
});
