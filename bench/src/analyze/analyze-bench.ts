// SPDX-License-Identifier: MIT

import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createGzip } from "node:zlib";
import { viewerPath } from "@pyspy/test/support/viewers";
import { markdownTable } from "../markdown.ts";
import { replayTachyon } from "../peers/tachyon-replay.ts";
import { machineClass, noise } from "../processes/machine.ts";
import { runMeasured, type Taken } from "../processes/measured-program.ts";
import { importIntoSpeedscope } from "./speedscope-import.ts";
import type { StepReport } from "./steps.ts";
import { writeSyntheticCapture } from "./synthetic-capture.ts";

export interface AnalyzeBenchOptions {
  readonly samples: number;
  /** Says what is being done. */
  readonly progress: (text: string) => void;
}

/** Of the same kind, for what a browser has to read. */
const SPEEDSCOPE_SAMPLES = 200_000;

/** Measures what reading and asking a capture takes, beside others. Returns Markdown. */
export async function benchAnalyze(options: AnalyzeBenchOptions): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "pyspy-bench-"));
  const before = noise();
  try {
    const sections = [await ownSteps(folder, options), await peers(folder, options)];
    const load = `${before.load.toFixed(1)} before, ${noise().load.toFixed(1)} after`;
    return `- Machine: ${machineClass()}. Load average ${load}.\n\n${sections.join("\n\n")}\n`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function ownSteps(
  folder: string,
  { samples, progress }: AnalyzeBenchOptions,
): Promise<string> {
  progress(`writing a capture of ${samples} samples`);
  const path = join(folder, "run.pspy");
  await writeSyntheticCapture(path, samples);
  await pipeline(createReadStream(path), createGzip(), createWriteStream(`${path}.gz`));
  progress("asking it everything");
  const node = process.execPath;
  const taken = await runMeasured(node, [
    fileURLToPath(new URL("steps.js", import.meta.url)),
    path,
  ]);
  const report = JSON.parse(taken.output) as StepReport;
  const millions = report.samples / 1e6;
  progress("reading it by the command line");
  const plain = await runMeasured(node, [
    analyzer(),
    path,
    "-f",
    "raw",
    "-o",
    join(folder, "a.txt"),
  ]);
  const zipped = await runMeasured(node, [
    ...[analyzer(), `${path}.gz`, "-f", "raw"],
    ...["-o", join(folder, "b.txt")],
  ]);
  const rows = report.steps.map(({ step, milliseconds, cpuMilliseconds }) => [
    step,
    milliseconds.toFixed(0),
    cpuMilliseconds.toFixed(0),
    (cpuMilliseconds / millions).toFixed(1),
  ]);
  const programs = [
    programRow("capture to collapsed stacks", plain, samples, statSync(path).size),
    programRow("the same, from a .gz", zipped, samples, statSync(`${path}.gz`).size),
  ];
  return [
    `${samples.toLocaleString("en-US")} samples, none like the one before: one process, every step once.`,
    markdownTable([["step", "ms", "CPU ms", "CPU ms a million samples"], ...rows]),
    `Peak memory of the process that did all this: ${megabytes(taken.peakBytes)} MB. Whole programs:`,
    markdownTable([PROGRAM_HEADING, ...programs]),
  ].join("\n\n");
}

async function peers(folder: string, { progress }: AnalyzeBenchOptions): Promise<string> {
  const rows: string[][] = [];
  const absent: string[] = [];
  const attempt = async (name: string, measure: () => Promise<string[]>): Promise<void> => {
    progress(name);
    try {
      rows.push(await measure());
    } catch (error) {
      absent.push(`- ${name} could not be measured: ${(error as Error).message.split("\n")[0]}`);
    }
  };
  const path = join(folder, "small.pspy");
  await writeSyntheticCapture(path, SPEEDSCOPE_SAMPLES);
  const node = process.execPath;
  const exported = async (format: string, name: string): Promise<string> => {
    await runMeasured(node, [analyzer(), path, "--idle", "-f", format, "-o", join(folder, name)]);
    return join(folder, name);
  };
  await attempt("pyspy-analyze, summary", async () =>
    programRow(
      "pyspy-analyze: summary",
      await runMeasured(node, [analyzer(), path, "--idle"]),
      SPEEDSCOPE_SAMPLES,
      statSync(path).size,
    ),
  );
  await attempt("pprof -top, of our export (stacks added up)", async () => {
    const file = await exported("pprof", "run.pb.gz");
    const taken = await runMeasured(viewerPath("pprof"), ["-top", file]);
    return programRow("pprof -top", taken, SPEEDSCOPE_SAMPLES, statSync(file).size);
  });
  await attempt("speedscope's import, of our export", async () => {
    const file = await exported("speedscope", "run.speedscope.json");
    const seconds = await importIntoSpeedscope(file);
    const taken = { seconds, cpuSeconds: Number.NaN, peakBytes: Number.NaN, output: "" };
    return programRow(
      "speedscope: import and first view",
      taken,
      SPEEDSCOPE_SAMPLES,
      statSync(file).size,
    );
  });
  await attempt("Tachyon's replay, of its own recording", async () => {
    const { samples, bytes, outputs } = await replayTachyon(["collapsed"]);
    return programRow("profiling.sampling replay --collapsed", outputs[0]!.taken, samples, bytes);
  });
  return [
    "Others. pprof reads stacks that are added up already; speedscope reads every sample, in a browser; " +
      "Tachyon replays a recording of its own, of a program of 500 functions.",
    markdownTable([PROGRAM_HEADING, ...rows]),
    ...absent,
  ].join("\n\n");
}

const PROGRAM_HEADING = [
  "program",
  "samples",
  "file, MB",
  "s",
  "CPU s",
  "CPU s a million samples",
  "peak memory, MB",
];

function programRow(name: string, taken: Taken, samples: number, bytes: number): string[] {
  const number = (value: number, digits: number): string =>
    Number.isNaN(value) ? "–" : value.toFixed(digits);
  return [
    name,
    samples.toLocaleString("en-US"),
    (bytes / 1e6).toFixed(2),
    number(taken.seconds, 2),
    number(taken.cpuSeconds, 2),
    number((taken.cpuSeconds * 1e6) / samples, 2),
    Number.isNaN(taken.peakBytes) ? "–" : megabytes(taken.peakBytes),
  ];
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

function analyzer(): string {
  const manifest = createRequire(import.meta.url).resolve("@pyspy/cli");
  return join(dirname(dirname(manifest)), "bin/pyspy-analyze.js");
}
