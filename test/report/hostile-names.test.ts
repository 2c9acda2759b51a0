// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type FormatName, formatByName } from "@pyspy/report";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HOSTILE_NAMES } from "../../packages/report/src/testing/hostile-names.ts";
import { joinBytes } from "../../packages/report/src/testing/join-bytes.ts";
import { renameFunctions, reportInput } from "../../packages/report/src/testing/report-input.ts";
import { functionName } from "../../packages/report/src/text/function-name.ts";
import { numbersOfExport } from "../support/export-numbers.ts";

const TEXT = HOSTILE_NAMES.map((_, index) => `main R: top;f${index} 1`).join("\n");

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pyspy-hostile-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each<[format: FormatName, reader: keyof typeof numbersOfExport, options?: object]>([
  ["perfetto", "stackSamples"],
  ["perfetto", "perfSamples", { perfettoSamples: "perf" }],
  ["perfetto", "slices", { perfettoSamples: "slices" }],
  ["chrometrace", "slices"],
  ["firefox", "firefox"],
  ["pprof", "pprof"],
  ["callgrind", "callgrind"],
  ["otlp", "otlp"],
])("%s: a viewer (%s) has every name, each with its time", async (name, reader, options) => {
  const format = formatByName(name)!;
  const input = reportInput(TEXT, {
    ...options,
    change: (profile) =>
      renameFunctions(profile, (each) => HOSTILE_NAMES[Number(each.slice(1))] ?? each),
  });
  const bytes = joinBytes(format.render(input));
  const file = join(folder, `hostile${format.extensions[0]}`);
  writeFileSync(file, format.content === "gzip" ? gzipSync(bytes) : bytes);
  const { functions } = await numbersOfExport[reader](file);
  for (const hostile of HOSTILE_NAMES) {
    const shown = functionName(hostile);
    expect(functions!.has(shown), `${shown.slice(0, 80)} (${shown.length} characters)`).toBe(true);
  }
});
