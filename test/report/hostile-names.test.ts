// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Profile } from "@pyspy/analyze";
import { type FormatName, formatByName } from "@pyspy/report";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HOSTILE_NAMES } from "../../packages/report/src/testing/hostile-names.ts";
import { joinBytes } from "../../packages/report/src/testing/join-bytes.ts";
import { renameFunctions, reportInput } from "../../packages/report/src/testing/report-input.ts";
import { functionName } from "../../packages/report/src/text/function-name.ts";
import { visibleExcerpt } from "../../packages/report/src/text/visible-text.ts";
import { numbersOfExport } from "../support/export-numbers.ts";

const TEXT = [
  "second R: top 1",
  ...HOSTILE_NAMES.map((_, index) => `main R: top;f${index} 1`),
].join("\n");
/** Pictures cut names that are longer than anybody reads, and say so. */
const LONGEST_IN_PICTURES = 2000;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pyspy-hostile-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Hostile functions, in hostile files, of a hostile thread, of a hostile process. */
function hostile(profile: Profile): Profile {
  const renamed = renameFunctions(profile, (each) => HOSTILE_NAMES[Number(each.slice(1))] ?? each);
  return {
    ...renamed,
    functions: renamed.functions.map((each, index) => ({
      ...each,
      // Brackets are how the reader of collapsed stacks tells files from names.
      file: `/srv/${HOSTILE_NAMES[index % HOSTILE_NAMES.length]!.replaceAll(/[()]/g, "")}.py`,
    })),
    threads: profile.threads.map((each) => ({ ...each, name: HOSTILE_NAMES.join("") })),
    processes: profile.processes.map((each) => ({ ...each, command: HOSTILE_NAMES })),
  };
}

/** What the lines of collapsed stacks can hold of a name: docs/formats.md. */
function collapsedName(name: string): string {
  return (
    name
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
      .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ")
      .replaceAll(";", ":")
      .replace(/\p{Surrogate}/gu, "\ufffd")
  );
}

test.each<
  [
    format: FormatName,
    reader: keyof typeof numbersOfExport,
    options?: object,
    shown?: (name: string) => string,
  ]
>([
  ["speedscope", "speedscope"],
  ["perfetto", "stackSamples"],
  ["perfetto", "perfSamples", { perfettoSamples: "perf" }],
  ["perfetto", "slices", { perfettoSamples: "slices" }],
  ["chrometrace", "slices"],
  ["firefox", "firefox"],
  ["pprof", "pprof"],
  ["callgrind", "callgrind"],
  ["otlp", "otlp"],
  ["json", "json", {}, (name) => name],
  ["raw", "collapsed", { threads: true }, collapsedName],
  [
    "flamegraph",
    "flamegraph",
    { threads: true, unit: "samples" },
    (name) => visibleExcerpt(name, LONGEST_IN_PICTURES),
  ],
])(
  "%s: a viewer (%s) has every name, each with its time",
  async (name, reader, options, shown = functionName) => {
    const format = formatByName(name)!;
    const bytes = joinBytes(format.render(reportInput(TEXT, { ...options, change: hostile })));
    const file = join(folder, `hostile${format.extensions[0]}`);
    writeFileSync(file, format.content === "gzip" ? gzipSync(bytes) : bytes);
    const { functions, sampleFunctions } = await numbersOfExport[reader](file);
    for (const each of HOSTILE_NAMES) {
      const expected = shown(each);
      const found = (functions ?? sampleFunctions)!.get(expected)?.self;
      expect([expected.slice(0, 80), expected.length, found]).toEqual([
        expected.slice(0, 80),
        expected.length,
        functions === undefined ? 1 : 10_000_000,
      ]);
    }
  },
);
