// SPDX-License-Identifier: MIT

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Profile, readCapture } from "@pyspy/analyze";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyze } from "../cli/built-program.ts";
import { numbersOfExport } from "../support/export-numbers.ts";
import {
  type AllNumbers,
  type FunctionNumbers,
  numbersOfRows,
  type ProfileNumbers,
  type StackRow,
  topTen,
} from "../support/profile-numbers.ts";

/** Four threads of a real program, which wait, sleep and compute. */
const CAPTURE = fileURLToPath(new URL("../../samples/recordings/web_like.pspy", import.meta.url));
/** A profile holds fractions of ns, exports whole ones: for each run a half may be lost. */
const ROUNDING_NANOS = 5_000;
/** Of a format of whole µs: for each slice half of one. */
const MICROSECONDS_ROUNDING_NANOS = 500_000;

let folder: string;
let truth: AllNumbers;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pyspy-agreement-"));
  truth = numbersOfRows(rowsOfProfile(readCapture(readFileSync(CAPTURE))));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What was recorded, run by run. */
function rowsOfProfile({ samples, stacks, frames, functions, threads }: Profile): StackRow[] {
  return Array.from(samples.thread, (thread, run): StackRow => {
    const path: string[] = [];
    for (let at = samples.stack[run]!; at >= 0; at = stacks.parent[at]!) {
      path.push(functions[frames.function[stacks.frame[at]!]!]!.name);
    }
    return {
      thread: threads[thread]!.name,
      frames: path.reverse(),
      nanos: samples.wallNanos[run]!,
      samples: samples.ticks[run]!,
    };
  });
}

describe.each<
  [name: string, options: string[], reader: keyof typeof numbersOfExport, rounding?: number]
>([
  ["run.speedscope.json", [], "speedscope"],
  ["stack.pftrace", [], "stackSamples"],
  ["perf.pftrace", ["--perfetto-samples", "perf"], "perfSamples"],
  ["slices.pftrace", ["--perfetto-samples", "slices"], "slices"],
  ["run.firefox.json.gz", [], "firefox"],
  ["run.chrometrace.json", [], "slices", MICROSECONDS_ROUNDING_NANOS],
  ["run.pb.gz", [], "pprof"],
  ["run.callgrind", [], "callgrind"],
  ["run.otlp", [], "otlp"],
  ["run.json", [], "json"],
  ["run.folded", ["--threads"], "collapsed"],
  ["run.svg", ["--threads", "--unit", "samples"], "flamegraph"],
])("%s", (name, options, reader, rounding = ROUNDING_NANOS) => {
  let numbers: ProfileNumbers;

  beforeAll(async () => {
    const file = join(folder, name);
    const { status, stderr } = analyze(folder, CAPTURE, "--idle", ...options, "-o", name);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    numbers = await numbersOfExport[reader](file);
  });

  test("has the time and the samples that were recorded", () => {
    const { totalNanos, samplesOfThread, functions, sampleFunctions } = numbers;
    if (totalNanos !== undefined) expectNear(totalNanos, truth.totalNanos, rounding);
    if (samplesOfThread !== undefined) expect(samplesOfThread).toEqual(truth.samplesOfThread);
    expect(functions ?? sampleFunctions).toBeDefined();
  });

  test.each(["self", "total"] as const)("agrees on the top ten by %s", (by) => {
    const { functions, sampleFunctions } = numbers;
    if (functions !== undefined) expectTopTen(functions, truth.functions, by, rounding);
    if (sampleFunctions !== undefined)
      expectTopTen(sampleFunctions, truth.sampleFunctions, by, 0.5);
  });
});

function expectTopTen(
  found: ReadonlyMap<string, FunctionNumbers>,
  recorded: ReadonlyMap<string, FunctionNumbers>,
  by: keyof FunctionNumbers,
  grain: number,
): void {
  const [actual, expected] = [topTen(found, by, grain), topTen(recorded, by, grain)];
  expect(expected).toHaveLength(10);
  expect(actual.map(([name]) => name)).toEqual(expected.map(([name]) => name));
  for (const [index, [, value]] of actual.entries()) expectNear(value, expected[index]![1], grain);
}

function expectNear(actual: number, expected: number, grain: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(grain);
}
