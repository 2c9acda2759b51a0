// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Comparison } from "@pyspy/analyze";
import { requireInterpreters } from "@pyspy/test/support/interpreters";
import { writeSyntheticCapture } from "../analyze/synthetic-capture.ts";
import { markdownTable } from "../markdown.ts";
import { machineClass, noise } from "../processes/machine.ts";
import { runMeasured } from "../processes/measured-program.ts";
import {
  beyondFifteenPercent,
  comparisons,
  countingFindsAny,
  findsAnyInItself,
  type Pair,
  QUESTIONS,
  toldNames,
} from "./pairs.ts";
import { type Batches, recordBatches } from "./record-batches.ts";

export interface DiffBenchOptions {
  /** Of recordings of the same work. */
  readonly pairs: number;
  /** Where recordings are kept and looked for; without it, nowhere. */
  readonly folder: string | undefined;
  /** No batch of recordings is begun after so long. */
  readonly minutes: number;
  readonly progress: (text: string) => void;
}

const SAME = { program: "bursty", seconds: 8, rateHertz: 250, realtime: false, atATime: 5 };
/** A tenth of a CPU each, and so seen often: it is the samples of the function that are counted. */
const CHANGED = { program: "paced", seconds: 30, rateHertz: 4000, realtime: true };
const [CHANGED_BATCHES, PAIRS_A_BATCH] = [16, 2];
const COSTS = ["--per-second", "20", "parse=2", "store=2.5"];
const MINOR = "3.13";
const LARGE = 1_000_000;

/** How often a comparison finds what is not there, and what is; and how long it takes. Returns Markdown. */
export async function benchDiff(options: DiffBenchOptions): Promise<string> {
  const temporary = mkdtempSync(join(tmpdir(), "pyspy-diff-"));
  const folder = options.folder ?? temporary;
  const until = Date.now() + options.minutes * 60_000;
  const [required] = await requireInterpreters([MINOR]);
  if (required === undefined || "absent" in required) throw new Error(required?.absent);
  const python = required.interpreter;
  const common = { python, until, progress: options.progress };
  try {
    const same = await recordBatches({
      ...common,
      ...SAME,
      runs: Array.from({ length: SAME.atATime }, () => []),
      batches: 2 * Math.ceil(options.pairs / SAME.atATime),
      folder: join(folder, "same"),
    });
    const changed = await recordBatches({
      ...common,
      ...CHANGED,
      // Before and after in turns, so that neither is always the first.
      runs: Array.from({ length: PAIRS_A_BATCH }, () => [
        [...COSTS, "render=0.5"],
        [...COSTS, "render=0.65"],
      ]).flat(),
      batches: CHANGED_BATCHES,
      folder: join(folder, "changed"),
    });
    options.progress("comparing");
    return [
      `- Machine: ${machineClass()}. CPython ${python.version}.`,
      "### The same work, recorded again",
      renderSame(same),
      "### 30 % more of a function of 10 %",
      renderChanged(changed),
      "### A million samples a side",
      await renderSpeed(temporary),
    ].join("\n\n");
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** The recordings of the first half of the batches with those of the second: whatever drifts, counts. */
function halves({ files }: Batches): [readonly string[], readonly string[]][] {
  const half = files.length / 2;
  return files.slice(0, half).map((batch, index) => [batch, files[half + index]!]);
}

function renderSame(batches: Batches): string {
  const pairs = halves(batches).flatMap(([one, two]): Pair[] =>
    one.map((file, index) => [[file], [two[index]!]]),
  );
  const groups = [pairs, inTurns(batches), halves(batches)] as const;
  const rows = QUESTIONS.map((question) => {
    const [all, ...several] = groups.map((group) => comparisons(group, question));
    const changed = (found: readonly Comparison[]): string =>
      `${found.filter((each) => toldNames(each).length > 0).length} of ${found.length}`;
    const asked = mean(all!.map(({ functions }) => functions.length));
    const coloured = mean(all!.map(beyondFifteenPercent));
    return [
      `\`${question.name}\``,
      ...[all!, ...several].map(changed),
      percent(all!.filter(countingFindsAny).length, pairs.length),
      `${coloured.toFixed(1)} of ${asked.toFixed(1)}`,
    ];
  });
  const heading = [
    "question",
    "one a side: any change",
    "three a side, in turns",
    "five a side, one block after the other",
    "one a side, counting samples",
    "functions beyond ±15 %",
  ];
  const files = batches.files.flat();
  const alone = files.filter(findsAnyInItself).length;
  const aa = `\`diff --aa\` found something in ${alone} of the ${files.length} recordings.`;
  return `${load(batches)}\n\n${markdownTable([heading, ...rows])}\n\n${aa}`;
}

/** Recordings of six batches in a row: those of every other batch are one side. */
function inTurns({ files }: Batches): Pair[] {
  return Array.from({ length: Math.floor(files.length / 6) }, (_, at) =>
    files.slice(6 * at, 6 * at + 6),
  ).flatMap((six) =>
    six[0]!.map(
      (_, run): Pair => [
        [0, 2, 4].map((batch) => six[batch]![run]!),
        [1, 3, 5].map((batch) => six[batch]![run]!),
      ],
    ),
  );
}

function renderChanged(batches: Batches): string {
  // Each first half is compared with each second half: the one of before is earlier, or later.
  const pairs = halves(batches).flatMap(([one, two]): Pair[] =>
    one.map(
      (file, index): Pair =>
        index % 2 === 0 ? [[file], [two[index + 1]!]] : [[two[index - 1]!], [file]],
    ),
  );
  const rows = QUESTIONS.filter(({ view }) => view.idle !== true).map((question) => {
    const all = comparisons(pairs, question).map(toldNames);
    const found = all.filter((names) => names.includes("render")).length;
    const others = all.filter((names) => names.some((name) => name !== "render")).length;
    return [
      `\`${question.name}\``,
      `${found} of ${pairs.length}`,
      percent(found, pairs.length),
      String(others),
    ];
  });
  const heading = ["question", "pairs in which it is found", "", "in which another is"];
  return `${load(batches)}\n\n${markdownTable([heading, ...rows])}`;
}

async function renderSpeed(folder: string): Promise<string> {
  const files = ["before.pspy", "after.pspy"].map((name) => join(folder, name));
  for (const file of files) await writeSyntheticCapture(file, LARGE);
  const manifest = createRequire(import.meta.url).resolve("@pyspy/cli");
  const program = join(dirname(dirname(manifest)), "bin/pyspy-analyze.js");
  const { load: busy } = noise();
  const taken = await runMeasured(process.execPath, [program, "diff", ...files]);
  return (
    `\`pyspy-analyze diff\` of two captures of ${LARGE.toLocaleString("en-US")} samples, none like the one before, from ` +
    `start to end: ${taken.cpuSeconds.toFixed(1)} s of CPU time, ${taken.seconds.toFixed(1)} s elapsed at a load average ` +
    `of ${busy.toFixed(1)}, ${(taken.peakBytes / 1e6).toFixed(0)} MB at most.\n`
  );
}

function load({ files, loads }: Batches): string {
  const sorted = [...loads].sort((a, b) => a - b);
  return (
    `${files.flat().length} recordings in ${files.length} batches; load average before each: ` +
    `${sorted[0]!.toFixed(1)} to ${sorted.at(-1)!.toFixed(1)}, median ${sorted[sorted.length >> 1]!.toFixed(1)}.`
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}
