// SPDX-License-Identifier: MIT

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { formats, PERFETTO_SAMPLES } from "@pyspy/report";
import { markdownTable } from "../markdown.ts";
import { replayTachyon } from "../peers/tachyon-replay.ts";
import { machineClass, noise } from "../processes/machine.ts";
import { measuredRun, type RunCost } from "../processes/measured-run.ts";
import { writeBigCapture } from "./big-capture.ts";
import { useFlamegraph } from "./flamegraph-in-browser.ts";
import { findInferno } from "./inferno.ts";

const ANALYZE = fileURLToPath(
  new URL("../../../packages/cli/bin/pyspy-analyze.js", import.meta.url),
);

/** Part of the names of one function in ten. */
const SEARCHED = "request_1\\d*7";

type Progress = (text: string) => void;

export interface FormatsBenchOptions {
  readonly samples: number;
  readonly stacks: number;
  readonly progress: Progress;
}

/** Cost of each export of one large capture; Markdown. */
export function benchFormats(options: FormatsBenchOptions): Promise<string> {
  return inFolder((folder) => measureFormats(folder, options));
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "pyspy-bench-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureFormats(
  folder: string,
  { samples, stacks, progress }: FormatsBenchOptions,
): Promise<string> {
  const capture = join(folder, "big.pspy");
  progress(`writing ${samples} samples on ${stacks} stacks`);
  await writeBigCapture(capture, { samples, stacks });
  const before = noise();
  const rows: string[][] = [HEADING];
  const analyze = (name: string, args: readonly string[], output: string): void => {
    progress(name);
    const file = join(folder, output);
    rows.push(
      row(name, measuredRun(process.execPath, [ANALYZE, capture, ...args, "-o", file]), file),
    );
  };
  const load = measuredRun(process.execPath, [ANALYZE, capture]);
  rows.push(row("(summary: reading the capture, no export)", load));
  for (const { name, extensions } of formats) {
    if (name !== "perfetto") {
      analyze(name, ["-f", name], `${name}${extensions[0]}`);
      continue;
    }
    for (const mode of PERFETTO_SAMPLES) {
      const args = ["-f", name, "--perfetto-samples", mode];
      analyze(`perfetto (${mode})`, args, `perfetto.${mode}.pftrace`);
    }
    analyze("perfetto (stack), to a .gz", ["-f", name], "perfetto.pftrace.gz");
  }
  const after = noise();
  return [
    `- Machine: ${machineClass()}; load average ${before.load.toFixed(1)} before, ${after.load.toFixed(1)} after.`,
    `- The capture: ${samples.toLocaleString("en")} samples of 8 threads on ${stacks.toLocaleString("en")} distinct stacks of 12 to 31 frames, ${megabytes(statSync(capture).size)} MB; no two samples in a row are alike.`,
    "",
    markdownTable(rows),
    "",
    ...(await replayOfTachyon(progress)),
    ...(await flamegraphsInChromium(folder, capture, progress)),
  ].join("\n");
}

/** What CPython 3.15's own sampler takes for its formats, of a recording of its own. */
async function replayOfTachyon(progress: Progress): Promise<string[]> {
  progress("profiling.sampling");
  try {
    const { samples, bytes, outputs } = await replayTachyon(["collapsed", "flamegraph", "gecko"]);
    const million = samples / 1e6;
    const rows = outputs.map(({ format, taken, bytes: size }) => [
      format,
      (taken.seconds / million).toFixed(1),
      (taken.cpuSeconds / million).toFixed(1),
      megabytes(taken.peakBytes),
      megabytes(size),
    ]);
    const heading = [
      "profiling.sampling replay to",
      "seconds a million samples",
      "CPU seconds a million samples",
      "peak memory, MB",
      "size, MB",
    ];
    const about = `Of ${samples.toLocaleString("en")} samples of a program of 500 functions, ${megabytes(bytes)} MB:`;
    return [about, "", markdownTable([heading, ...rows]), ""];
  } catch (error) {
    return [`profiling.sampling could not be measured: ${(error as Error).message}`, ""];
  }
}

/** How a browser copes with flame graphs of the capture, and with inferno's of the same stacks. */
async function flamegraphsInChromium(
  folder: string,
  capture: string,
  progress: Progress,
): Promise<string[]> {
  const rows: string[][] = [
    ["flame graph", "size, MB", "elements", "open, ms", "zoom in, ms", "reset, ms", "search, ms"],
  ];
  const use = async (name: string, file: string, kind: "ours" | "inferno"): Promise<void> => {
    progress(`${name}, in Chromium`);
    const times = await useFlamegraph(file, kind, SEARCHED);
    const { openMs, zoomMs, resetMs, searchMs, elements } = times;
    const milliseconds = [openMs, zoomMs, resetMs, searchMs].map((each) => each.toFixed(0));
    const size = megabytes(statSync(file).size);
    rows.push([name, size, elements.toLocaleString("en"), ...milliseconds]);
  };
  const draw = (name: string, args: readonly string[]): string => {
    const file = join(folder, name);
    measuredRun(process.execPath, [ANALYZE, capture, ...args, "-o", file]);
    return file;
  };
  const all = draw("all.svg", []);
  await use(`pyspy-analyze: ${frameCount(all)}`, all, "ours");
  const threads = draw("threads.svg", ["--threads"]);
  await use(`pyspy-analyze --threads: ${frameCount(threads)}`, threads, "ours");
  const inferno = findInferno();
  if (inferno === "") return [markdownTable(rows), "", "inferno could not be built here.", ""];
  const drawn: [name: string, args: readonly string[]][] = [
    ["inferno-flamegraph 0.12.8, without frames below 0.01 %", []],
    ["inferno-flamegraph 0.12.8, all frames", ["--minwidth", "0"]],
  ];
  const folded = draw("all.folded", []);
  const costs: string[][] = [["inferno, from the collapsed stacks", ...HEADING.slice(1)]];
  for (const [index, [name, args]] of drawn.entries()) {
    const svg = join(folder, `inferno${index}.svg`);
    const script = 'in=$1 out=$2; shift 2; exec "$0" "$@" < "$in" > "$out"';
    const cost = measuredRun("bash", ["-c", script, inferno, folded, svg, ...args]);
    costs.push(row(name, cost, svg));
    await use(name, svg, "inferno");
  }
  return [markdownTable(costs), "", markdownTable(rows), ""];
}

/** As the picture says: "56,789 frames". */
function frameCount(svg: string): string {
  return /of ([\d,]+ frames) are too narrow/.exec(readFileSync(svg, "utf8"))?.[1] ?? "few frames";
}

const HEADING = ["format", "seconds", "CPU seconds", "peak memory, MB", "size, MB", "gzipped, MB"];

function row(name: string, { seconds, cpuSeconds, peakBytes }: RunCost, file?: string): string[] {
  const sizes = file === undefined ? ["–", "–"] : sizesOf(file);
  return [name, seconds.toFixed(1), cpuSeconds.toFixed(1), megabytes(peakBytes), ...sizes];
}

function sizesOf(file: string): string[] {
  const { size } = statSync(file);
  if (/\.gz$/.test(file)) return ["–", megabytes(size)];
  // Through a pipe: some files are larger than what fits into a buffer.
  const gzipped = execFileSync("bash", ["-c", 'gzip -c "$0" | wc -c', file], { encoding: "utf8" });
  return [megabytes(size), megabytes(Number(gzipped))];
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}
