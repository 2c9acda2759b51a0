// SPDX-License-Identifier: MIT

import {
  createReadStream,
  createWriteStream,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createGzip } from "node:zlib";
import { readCapture, selectView } from "@pyspy/analyze";
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

/** Of the same kind, for what others have to read; a browser holds fewer. */
const PEER_SAMPLES = 1_000_000;
const BROWSER_SAMPLES = 200_000;

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

/** What is asked of our capture, and of pprof about its export: the same function names occur in both. */
const TASKS: readonly {
  readonly task: string;
  readonly own: readonly string[];
  readonly pprof: readonly string[];
}[] = [
  { task: "table of functions", own: ["top", "A"], pprof: ["-top", "A"] },
  {
    task: "the same of stacks with one function",
    own: ["top", "A", "--focus", "function_1$"],
    pprof: ["-top", "-focus", "function_1$", "A"],
  },
  { task: "all stacks", own: ["A", "-f", "raw", "-o", "-"], pprof: ["-traces", "A"] },
  { task: "difference of two", own: ["diff", "A", "B"], pprof: ["-top", "-diff_base", "A", "B"] },
];

async function peers(folder: string, { progress }: AnalyzeBenchOptions): Promise<string> {
  const rows: string[][] = [];
  const absent: string[] = [];
  const attempt = async (name: string, measure: () => Promise<string[][]>): Promise<void> => {
    progress(name);
    try {
      rows.push(...(await measure()));
    } catch (error) {
      absent.push(`- ${name} could not be measured: ${(error as Error).message.split("\n")[0]}`);
    }
  };
  const captures = { A: join(folder, "a.pspy"), B: join(folder, "b.pspy") };
  await writeSyntheticCapture(captures.A, PEER_SAMPLES);
  await writeSyntheticCapture(captures.B, PEER_SAMPLES, 2);
  const node = process.execPath;
  const exported = async (path: string, ending: string): Promise<string> => {
    await runMeasured(node, [analyzer(), path, "-o", `${path}${ending}`]);
    return `${path}${ending}`;
  };
  const named = (files: Readonly<Record<"A" | "B", string>>, args: readonly string[]): string[] =>
    args.map((word) => (word === "A" || word === "B" ? files[word] : word));
  const row = (name: string, taken: Taken, file: string): string[] =>
    programRow(name, taken, PEER_SAMPLES, statSync(file).size);
  await attempt("pyspy-analyze", async () => {
    const start = await runMeasured(node, [analyzer(), "--version"]);
    const measured: string[][] = [programRow("pyspy-analyze --version", start, Number.NaN, 0)];
    for (const { task, own } of TASKS) {
      const taken = await runMeasured(node, [analyzer(), ...named(captures, own)]);
      measured.push(row(`pyspy-analyze: ${task}`, taken, captures.A));
    }
    return measured;
  });
  await attempt("pprof, of our export (stacks added up)", async () => {
    const files = {
      A: await exported(captures.A, ".pb.gz"),
      B: await exported(captures.B, ".pb.gz"),
    };
    const measured: string[][] = [];
    for (const { task, pprof } of TASKS) {
      const taken = await runMeasured(viewerPath("pprof"), named(files, pprof));
      measured.push(row(`pprof: ${task}`, taken, files.A));
    }
    return measured;
  });
  await attempt("speedscope's import, of our export", async () => {
    const small = join(folder, "small.pspy");
    await writeSyntheticCapture(small, BROWSER_SAMPLES);
    const file = await exported(small, ".speedscope.json");
    const seconds = await importIntoSpeedscope(file);
    const taken = { seconds, cpuSeconds: Number.NaN, peakBytes: Number.NaN, output: "" };
    const bytes = statSync(file).size;
    return [programRow("speedscope: import and first view", taken, BROWSER_SAMPLES, bytes)];
  });
  await attempt("Tachyon's replay, and ours of the same program", async () => {
    const own: string[][] = [];
    const { samples, bytes, outputs } = await replayTachyon(["collapsed"], async (recordOwn) => {
      const path = join(folder, "same.pspy");
      recordOwn(path);
      const read = selectView(readCapture(readFileSync(path)), {}).totals.samples;
      const taken = await runMeasured(node, [analyzer(), path, "-f", "raw", "-o", `${path}.txt`]);
      const name = "pyspy-analyze -f raw, same program";
      own.push(programRow(name, taken, read, statSync(path).size));
    });
    const name = "profiling.sampling replay --collapsed";
    return [programRow(name, outputs[0]!.taken, samples, bytes), ...own];
  });
  return [
    "Others, on the same data as far as they can read it. pprof reads our export, in which stacks are added up " +
      "already; speedscope reads our export with every sample, in a browser. Tachyon reads nothing but its own " +
      "recordings: one program was recorded by both, at the same rate for the same time.",
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
    Number.isNaN(samples) ? "–" : samples.toLocaleString("en-US"),
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
