// SPDX-License-Identifier: MIT

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { formats, PERFETTO_SAMPLES } from "@pyspy/report";
import { markdownTable } from "../markdown.ts";
import { machineClass, noise } from "../processes/machine.ts";
import { measuredRun, type RunCost } from "../processes/measured-run.ts";
import { writeBigCapture } from "./big-capture.ts";
import { findInferno } from "./inferno.ts";

const ANALYZE = fileURLToPath(
  new URL("../../../packages/cli/bin/pyspy-analyze.js", import.meta.url),
);

export interface FormatsBenchOptions {
  readonly samples: number;
  readonly stacks: number;
  readonly progress: (text: string) => void;
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
  const inferno = findInferno();
  const svg = join(folder, "inferno.svg");
  if (inferno !== "") {
    progress("inferno");
    const script = 'exec "$0" < "$1" > "$2"';
    const folded = join(folder, "raw.txt");
    const cost = measuredRun("bash", ["-c", script, inferno, folded, svg]);
    rows.push(row("inferno-flamegraph 0.12.8, from the collapsed stacks", cost, svg));
  }
  const after = noise();
  return [
    `- Machine: ${machineClass()}; load average ${before.load.toFixed(1)} before, ${after.load.toFixed(1)} after.`,
    `- The capture: ${samples.toLocaleString("en")} samples of 8 threads on ${stacks.toLocaleString("en")} distinct stacks of 12 to 31 frames, ${megabytes(statSync(capture).size)} MB; no two samples in a row are alike.`,
    "",
    markdownTable(rows),
    "",
  ].join("\n");
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
