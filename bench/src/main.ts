// SPDX-License-Identifier: MIT

import { parseArgs } from "node:util";
import { benchAccuracy } from "./accuracy/accuracy-bench.ts";
import { benchAnalyze } from "./analyze/analyze-bench.ts";
import { benchCapture } from "./capture/capture-bench.ts";
import { benchChurn } from "./churn/churn-bench.ts";
import { benchDiff } from "./diff/diff-bench.ts";
import { benchFleet } from "./fleet/fleet-bench.ts";
import { benchQuery } from "./fleet/query-bench.ts";
import { benchFormats } from "./formats/formats-bench.ts";
import { benchDump } from "./live/dump-bench.ts";
import { benchStream } from "./live/stream-bench.ts";
import { benchPage } from "./page/page-bench.ts";
import { replaceSection } from "./replace-section.ts";
import { benchTree } from "./tree/tree-bench.ts";

const USAGE = `usage: npm run bench -- capture [--seconds N] [--python 3.N,..] [--into FILE]
       npm run bench -- formats [--samples N] [--stacks N] [--into FILE]
       npm run bench -- tree [--into FILE]
       npm run bench -- churn [--minutes N] [--into FILE]
       npm run bench -- dump [--python 3.N,..] [--into FILE]
       npm run bench -- stream [--python 3.N,..] [--into FILE]
       npm run bench -- analyze [--samples N] [--into FILE]
       npm run bench -- page [--samples N] [--into FILE]
       npm run bench -- fleet [--files N] [--into FILE]
       npm run bench -- query [--files N] [--into FILE]
       npm run bench -- diff [--pairs N] [--folder DIR] [--minutes N] [--into FILE]
       npm run bench -- accuracy [--seconds N] [--samples N] [--python 3.N,..] [--into FILE]

  capture   cost of recording one thread that is 40 frames deep, and many, and what it does to them,
            beside other recorders; Markdown on standard output. Takes some 10 minutes.
  formats   cost of each export of one large capture, and of flame graphs in a browser, beside inferno and
            profiling.sampling. Takes some 8 minutes.
  page      what the report page of a large capture takes in a browser. Takes two minutes.
  tree      cost of idle processes and threads, and of following a storm of forks. Takes a minute.
  churn     what becomes of a long recording of a tree that changes all the time, and of a ring. Takes 10 minutes.
  dump      for how long a program stands while it is dumped, beside py-spy. Takes a minute.
  stream    how old a sample is when the reader of a stream has it. Takes a minute.
  analyze   what reading a capture and asking it everything takes, beside pprof, speedscope and
            profiling.sampling. Takes some 2 minutes.
  fleet     what merging the captures of a fleet takes, and asking all of them. Takes a minute.
  query     what asking the captures of a fleet with SQL takes, and writing them as Parquet. Takes minutes.
  diff      how often comparing finds what is not there, and what is, and how long it takes. Records some
            500 programs: 25 minutes, mostly asleep; kept in a folder, it goes on where it stopped.
  accuracy  how true recordings are: stacks, shares and states of programs whose truth is known, on
            each interpreter. Takes some 15 minutes.

  --seconds N   capture: time for the paired windows of one interpreter (default: 45)
                accuracy: time of each recording (default: 4)
  --samples N   accuracy: samples for the shares (default: 1000000)
                formats: samples in the capture (default: 1000000)
                analyze, page: samples in the capture (default: 10000000)
  --files N     fleet, query: captures (default: 2000)
  --stacks N    formats: distinct stacks (default: 50000)
  --pairs N     diff: of recordings of the same work (default: 200)
  --folder DIR  diff: keep recordings here, and use those that are here
  --minutes N   diff: begin no recording after so long (default: 60)
                churn: how long the tree lives (default: 10)
  --python 3.N  accuracy, capture: only these versions
  --into FILE   put the result into this document instead, at its lines <!-- bench capture --> or
                whatever it was that was measured
`;

const ALL_MINORS = "3.9,3.10,3.11,3.12,3.13,3.14,3.15";
/** One of each kind of layout. */
const CAPTURE_MINORS = "3.9,3.11,3.13,3.15";

const DUMP_MINORS = "3.11,3.13";

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      seconds: { type: "string" },
      samples: { type: "string" },
      files: { type: "string", default: "2000" },
      stacks: { type: "string", default: "50000" },
      python: { type: "string" },
      pairs: { type: "string", default: "200" },
      folder: { type: "string" },
      minutes: { type: "string" },
      into: { type: "string" },
    },
  });
  const what = positionals.join(" ");
  const seconds = Number(values.seconds ?? (what === "capture" ? 45 : 4));
  const samples = Number(values.samples ?? (["analyze", "page"].includes(what) ? 1e7 : 1e6));
  const stacks = Number(values.stacks);
  const files = Number(values.files);
  const pairs = Number(values.pairs);
  const minutes = Number(values.minutes ?? (what === "churn" ? 10 : 60));
  const progress = (text: string): void => void process.stderr.write(`bench: ${text}\n`);
  const minorsOr = (usual: string): string[] => (values.python ?? usual).split(",");
  const bench = new Map([
    [
      "capture",
      () => benchCapture({ slowdownSeconds: seconds, minors: minorsOr(CAPTURE_MINORS), progress }),
    ],
    ["tree", () => benchTree(progress)],
    ["churn", () => benchChurn(minutes * 60, progress)],
    ["dump", () => benchDump(minorsOr(DUMP_MINORS), progress)],
    ["stream", () => benchStream(minorsOr(DUMP_MINORS), progress)],
    ["formats", () => benchFormats({ samples, stacks, progress })],
    ["page", () => benchPage({ samples, progress })],
    ["analyze", () => benchAnalyze({ samples, progress })],
    ["fleet", () => benchFleet({ files, progress })],
    ["query", () => benchQuery({ files, progress })],
    ["diff", () => benchDiff({ pairs, folder: values.folder, minutes, progress })],
    ["accuracy", () => benchAccuracy({ seconds, samples, minors: minorsOr(ALL_MINORS), progress })],
  ]).get(what);
  if (
    bench === undefined ||
    !(seconds > 0) ||
    !(samples > 0) ||
    !(stacks > 0) ||
    !(files > 0) ||
    !(pairs > 0) ||
    !(minutes >= 0)
  ) {
    process.stderr.write(USAGE);
    return 2;
  }
  const command = ["npm run bench --", ...argv].join(" ");
  const measured = await bench();
  const result = `    ${command}\n\n${measured}`;
  if (values.into === undefined) process.stdout.write(result);
  else replaceSection(values.into, what, result);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
