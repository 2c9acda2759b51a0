// SPDX-License-Identifier: MIT
//
// Run by itself: `node steps.js FILE` reads a capture and asks it everything, and prints what each step
// took as JSON.

import { createReadStream } from "node:fs";
import {
  buildCallTree,
  CaptureReader,
  compareWithItself,
  DEFAULT_FALSE_DISCOVERY_RATE,
  DEFAULT_THRESHOLD,
  hottest,
  parseFramePattern,
  parseTimePoint,
  selectView,
  summarize,
  type View,
} from "@pyspy/analyze";

/** What one step took. */
export interface StepTime {
  readonly step: string;
  readonly milliseconds: number;
  /** Of all threads of the process: collecting garbage, too. */
  readonly cpuMilliseconds: number;
}

/** What the program prints. */
export interface StepReport {
  readonly samples: number;
  readonly steps: readonly StepTime[];
}

const steps: StepTime[] = [];

async function timed<T>(step: string, work: () => T | Promise<T>): Promise<T> {
  const before = performance.now();
  const cpuBefore = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(cpuBefore);
  const milliseconds = performance.now() - before;
  steps.push({ step, milliseconds, cpuMilliseconds: (user + system) / 1000 });
  return result;
}

const TREE = { unit: "wall-nanos", lines: true, threads: false, processes: false } as const;
const DIFF = {
  unit: "wall-nanos",
  measure: "rate",
  threshold: DEFAULT_THRESHOLD,
  falseDiscoveryRate: DEFAULT_FALSE_DISCOVERY_RATE,
} as const;
const frames: View = {
  focus: [parseFramePattern("function_1")],
  hide: [parseFramePattern("function_2")],
  foldRecursion: true,
};

const profile = await timed("load", async () => {
  const reader = new CaptureReader();
  const pieces = createReadStream(process.argv[2]!, { highWaterMark: 1 << 20 });
  for await (const bytes of pieces) reader.push(bytes as Uint8Array);
  return reader.finish();
});

const active = await timed("filter: not idle", () => selectView(profile, {}));
await timed("filter: GIL held", () => selectView(profile, { states: ["gil"] }));
const half = (profile.recordings[0]!.endNanos - profile.recordings[0]!.startNanos) / 2e9;
await timed("filter: half of the time", () =>
  selectView(profile, { to: parseTimePoint(`${half}s`) }),
);
await timed("filter: focus, hide, fold recursion", () => selectView(profile, frames));
await timed("tree by line", () => buildCallTree(active, TREE));
await timed("tree by thread and line", () => buildCallTree(active, { ...TREE, threads: true }));
await timed("table of functions", () => hottest(active));
await timed("summary", () => summarize(active));
await timed("diff: odd windows against even ones", () =>
  compareWithItself({ selection: active }, DIFF),
);
const report: StepReport = { samples: summarize(active).quality.samples, steps };
process.stdout.write(JSON.stringify(report));
