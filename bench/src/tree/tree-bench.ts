// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Interpreter, requireInterpreters } from "@pyspy/test/support/interpreters";
import { markdownTable } from "../markdown.ts";
import { BenchTarget } from "../processes/bench-target.ts";
import { monotonicNanos, NANOS_PER_SECOND } from "../processes/clock.ts";
import { machineClass, noise } from "../processes/machine.ts";
import { cpuNanos, peakResidentBytes } from "../processes/usage.ts";
import { TreeAgent } from "./tree-agent.ts";

const MINOR = "3.13";
const IDLE_HERTZ = [100, 1000];
const IDLE_TREES = [
  { processes: 1, threads: 1 },
  { processes: 200, threads: 1 },
  { processes: 1, threads: 500 },
];
const IDLE_MS = 3000;
const SETTLE_MS = 1000;
const STORM = { count: 200, atOnce: 4 };
const LIVES_MS = [0, 2, 5, 20, 50];
const STORM_ROUNDS = 3;

/** Measures what idle processes and threads cost, and a storm of forks. Returns Markdown. */
export async function benchTree(progress: (text: string) => void): Promise<string> {
  const [python] = await requireInterpreters([MINOR]);
  if (python === undefined || "absent" in python) return `${python?.absent ?? MINOR}.\n`;
  const folder = mkdtempSync(join(tmpdir(), "pyspy-bench-"));
  try {
    const before = noise();
    const idle = await benchIdle(python.interpreter, folder, progress);
    const storms = await benchStorms(python.interpreter, folder, progress);
    const facts =
      `- Machine: ${machineClass()}. Load average ${before.load.toFixed(1)} before, ` +
      `${noise().load.toFixed(1)} after. CPython ${python.interpreter.version}.`;
    return `${[facts, idle, storms].join("\n\n")}\n`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function benchIdle(
  python: Interpreter,
  folder: string,
  progress: (text: string) => void,
): Promise<string> {
  const rows = [["idle tree", "Hz", "ticks/s", "missed", "% of a CPU", "µs a tick", "memory"]];
  for (const { processes, threads } of IDLE_TREES) {
    const target = await BenchTarget.start(python, "idle_tree", [processes, threads]);
    for (const hertz of IDLE_HERTZ) {
      progress(`${processes} processes of ${threads} threads at ${hertz} Hz`);
      const agent = await TreeAgent.start(target.pid, hertz, join(folder, "idle.pspy"));
      await sleep(SETTLE_MS);
      const start = { nanos: monotonicNanos(), cpu: cpuNanos(agent.pid) };
      await sleep(IDLE_MS);
      const cpu = cpuNanos(agent.pid) - start.cpu;
      const elapsed = monotonicNanos() - start.nanos;
      const memory = peakResidentBytes(agent.pid);
      const { counters, startNanos, endNanos } = (await agent.stop()).recordings[0]!;
      const rate = (Number(counters!.ticksTaken) * NANOS_PER_SECOND) / (endNanos - startNanos);
      const missed = Number(counters!.ticksMissed) / Number(counters!.ticksAsked);
      rows.push([
        `${processes} × ${threads} threads`,
        String(hertz),
        rate.toFixed(0),
        `${(missed * 100).toFixed(1)} %`,
        `${((cpu / elapsed) * 100).toFixed(1)} %`,
        (cpu / ((rate * elapsed) / NANOS_PER_SECOND) / 1000).toFixed(1),
        `${(memory / 1e6).toFixed(1)} MB`,
      ]);
    }
    await target.finish();
  }
  return markdownTable(rows);
}

async function benchStorms(
  python: Interpreter,
  folder: string,
  progress: (text: string) => void,
): Promise<string> {
  const rows = [
    ["children live", "found", "with status", "forks/s alone", "recorded", "agent CPU"],
  ];
  for (const lifeMs of LIVES_MS) {
    progress(`a storm of forks that live ${lifeMs} ms`);
    const alone: number[] = [];
    const recorded: number[] = [];
    let found = 0;
    let withStatus = 0;
    let agentNanos = 0;
    for (let round = 0; round < STORM_ROUNDS; round++) {
      alone.push((await storm(python, lifeMs)).seconds);
      const target = await startStorm(python, lifeMs);
      const agent = await TreeAgent.start(target.pid, 100, join(folder, "storm.pspy"));
      const { seconds, children } = stormResult(await target.finish());
      const { processes, recordings } = await agent.stop();
      const ids = new Set(children);
      const ours = processes.filter(({ pid }) => ids.has(pid));
      recorded.push(seconds);
      found += ours.length;
      withStatus += ours.filter(({ exit }) => exit?.status !== undefined).length;
      agentNanos += Number(recordings[0]!.counters!.agentCpuNanos) / (seconds * NANOS_PER_SECOND);
    }
    const all = STORM.count * STORM_ROUNDS;
    const perSecond = (times: number[]): string => (STORM.count / Math.min(...times)).toFixed(0);
    rows.push([
      `${lifeMs} ms`,
      `${((found / all) * 100).toFixed(1)} %`,
      `${((withStatus / all) * 100).toFixed(1)} %`,
      perSecond(alone),
      perSecond(recorded),
      `${((agentNanos / STORM_ROUNDS) * 100).toFixed(1)} %`,
    ]);
  }
  return markdownTable(rows);
}

const startStorm = (python: Interpreter, lifeMs: number): Promise<BenchTarget> =>
  BenchTarget.start(python, "fork_storm", [STORM.count, STORM.atOnce, lifeMs / 1000]);

async function storm(python: Interpreter, lifeMs: number): Promise<StormResult> {
  return stormResult(await (await startStorm(python, lifeMs)).finish());
}

interface StormResult {
  readonly seconds: number;
  readonly children: readonly number[];
}

function stormResult(printed: string): StormResult {
  return JSON.parse(printed.split("\n")[1]!) as StormResult;
}
