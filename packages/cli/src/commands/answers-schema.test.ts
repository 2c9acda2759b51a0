// SPDX-License-Identifier: MIT

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { main } from "../main.ts";
import { closedSchema } from "../testing/closed-schema.ts";
import { memoryIo } from "../testing/memory-io.ts";

// What programs read of answers is what docs/answers.schema.json publishes: all of it, and no less.

const repository = (path: string): string =>
  fileURLToPath(new URL(`../../../../${path}`, import.meta.url));
const RECORDINGS = repository("samples/recordings");

const validate = closedSchema("answers.schema.json");

async function answer(argv: readonly string[]): Promise<{ answer: object; question: string }> {
  const io = memoryIo({ cwd: RECORDINGS });
  const code = await main([...argv, "--json"], io);
  // 9: where filters leave nothing, no limit is kept.
  expect([0, 9], io.err()).toContain(code);
  return JSON.parse(io.out());
}

const QUESTIONS: readonly (readonly string[])[] = [
  ["summary"],
  ["top"],
  ["top", "--by", "line", "--unit", "samples"],
  ["top", "--callers", "."],
  ["top", "--callees", ".", "--by", "line", "--unit", "cpu"],
  ["gil"],
  ["stalls", "--longer-than", "100ms", "--idle"],
  ["timeline"],
  ["threads"],
  ["processes"],
  ["quality"],
  ["plan", "--unit", "wall"],
  ["plan", "--change", "5%", "--measure", "share"],
  ["check", "--max", "self:.<100%", "--max", "total:.<1h", "--max-gil-wait", "100%"],
  ["push", "--to", "http://127.0.0.1:9", "--kind", "otlp", "--dry-run"],
  ["query", "--name", "threads"],
  ["dump", "--at", "500ms"],
  ["check", "--max-gil-hold", "1h", "--max", "self:nothing<5%"],
];
const FILTERS: readonly (readonly string[])[] = [
  [],
  ["--idle", "--hide", "threading", "--from", "1s"],
  ["--focus", "nowhere"],
];

const captures = readdirSync(RECORDINGS).filter((name) => name.endsWith(".pspy"));

it.each(captures)("answers about %s follow the published schema", async (capture) => {
  for (const filters of FILTERS) {
    for (const [question = "", ...options] of QUESTIONS) {
      const found = await answer([question, capture, ...options, ...filters]);
      validate(found);
      expect(validate.errors, `${question} ${options} ${filters}`).toBeNull();
    }
  }
});

it("answers about a damaged capture do, too", async () => {
  const whole = readFileSync(join(RECORDINGS, "pool.pspy"));
  const io = memoryIo({ stdin: [whole.subarray(0, whole.length - 100)] });
  expect(await main(["quality", "-", "--json"], io)).toBe(0);
  const found = JSON.parse(io.out());
  expect(found.quality.damage).not.toEqual([]);
  validate(found);
  expect(validate.errors).toBeNull();
});

it("the schema refuses what is not an answer", async () => {
  const found = await answer(["gil", "states.pspy"]);
  for (const wrong of [
    { ...found, question: "nonsense" },
    { ...found, answer: {} },
    { ...found, answer: { ...found.answer, heldNanos: "1" } },
    { ...found, more: 1 },
  ]) {
    expect(validate(wrong)).toBe(false);
  }
});
