// SPDX-License-Identifier: MIT

import { LiveReader } from "@pyspy/analyze";
import { type CaptureOptions, capture } from "@pyspy/capture";
import { requireInterpreters } from "@pyspy/test/support/interpreters";
import { markdownTable } from "../markdown.ts";
import { BenchTarget } from "../processes/bench-target.ts";
import { machineClass, noise } from "../processes/machine.ts";
import { median, quantile } from "../statistics/quantile.ts";

const SECONDS = 10;

const STREAMS: readonly (readonly [string, CaptureOptions])[] = [
  ["100 Hz", {}],
  ["1000 Hz", { rateHertz: 1000 }],
  ["100 Hz, --native", { native: true }],
];

/**
 * Measures how old a sample of a stream is when its reader has it: agent, pipe and analyzer, as in
 * `pyspy-capture -o - | pyspy-analyze top -`. Returns Markdown.
 */
export async function benchStream(
  minors: readonly string[],
  progress: (text: string) => void,
): Promise<string> {
  const before = noise();
  const rows = [["", "Python", "youngest, median", "oldest, median", "oldest, most"]];
  for (const one of await requireInterpreters(minors)) {
    if ("absent" in one) continue;
    const { interpreter } = one;
    const target = await BenchTarget.start(interpreter, "stood", []);
    for (const [name, options] of STREAMS) {
      progress(`Python ${interpreter.version}, ${name}`);
      const { youngest, oldest } = await ages({ ...options, pids: [target.pid] });
      const shown = [median(youngest), median(oldest), quantile(oldest, 1)].map(millis);
      rows.push([name, interpreter.version, ...shown]);
    }
    await target.finish();
  }
  const facts =
    `- Machine: ${machineClass()}. Load average ${before.load.toFixed(1)} before, ` +
    `${noise().load.toFixed(1)} after. ${SECONDS} s of each; both ends on this machine.`;
  return `${[facts, markdownTable(rows)].join("\n\n")}\n`;
}

/** Of each part of a stream the age of its last and of its first tick when it is known, in nanoseconds. */
async function ages(options: CaptureOptions): Promise<{ youngest: number[]; oldest: number[] }> {
  const found = { youngest: [] as number[], oldest: [] as number[] };
  const reader = new LiveReader();
  for await (const piece of capture({ ...options, durationSeconds: SECONDS })) {
    for (const { profile } of reader.push(piece)) {
      const now = process.hrtime.bigint(); // CLOCK_MONOTONIC, as the ticks
      const [{ header, ticks } = never()] = profile.recordings;
      const zero = header.clock?.monotonicNanos ?? never();
      const age = (tick: number): number => Number(now - zero) - tick;
      found.youngest.push(age(ticks.nanos.at(-1)!));
      found.oldest.push(age(ticks.nanos[0]!));
    }
  }
  return found;
}

function never(): never {
  throw new Error("a stream without a header");
}

function millis(nanos: number): string {
  return `${(nanos / 1e6).toFixed(0)} ms`;
}
