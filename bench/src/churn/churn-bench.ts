// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Profile } from "@pyspy/analyze";
import { requireInterpreters } from "@pyspy/test/support/interpreters";
import { markdownTable } from "../markdown.ts";
import { BenchTarget } from "../processes/bench-target.ts";
import { monotonicNanos, NANOS_PER_SECOND, secondsSince } from "../processes/clock.ts";
import { machineClass, noise } from "../processes/machine.ts";
import { residentBytes } from "../processes/usage.ts";
import { TreeAgent } from "../tree/tree-agent.ts";

const MINOR = "3.13";
const HERTZ = 1000;
const RING_SECONDS = 30;
/** How often the file is opened while it grows, and memory asked for. */
const LOOK_MS = 5000;
/** Memory still grows while tables get their sizes. */
const WARM_SHARE = 0.1;

/** What one agent did, looked at from outside while it recorded. */
interface Watched {
  readonly agent: TreeAgent;
  /** Resident bytes at each look. */
  readonly resident: number[];
  /** Looks at the file that found damage, or could not open it. */
  damaged: number;
}

/**
 * Records a tree that changes all the time, until it is killed, with one agent that keeps all and one
 * that keeps the last seconds. Returns Markdown.
 */
export async function benchChurn(
  seconds: number,
  progress: (text: string) => void,
): Promise<string> {
  const [python] = await requireInterpreters([MINOR]);
  if (python === undefined || "absent" in python) return `${python?.absent ?? MINOR}.\n`;
  const folder = mkdtempSync(join(tmpdir(), "pyspy-bench-"));
  try {
    const before = noise();
    const target = await BenchTarget.start(python.interpreter, "churning_tree", [
      seconds,
      constants.signals.SIGSEGV,
    ]);
    const start = (name: string, options: readonly string[]): Promise<TreeAgent> =>
      TreeAgent.start(target.pid, HERTZ, join(folder, name), options);
    const whole: Watched = { agent: await start("all.pspy", []), resident: [], damaged: 0 };
    const ring: Watched = {
      agent: await start("ring.pspy", ["--ring", `${RING_SECONDS}s`]),
      resident: [],
      damaged: 0,
    };
    const ended = target.finish();
    await watch(whole, ring, seconds, progress);
    const truth = JSON.parse((await ended).split("\n")[1]!) as Truth;
    const all = await whole.agent.ended();
    const last = await ring.agent.ended();
    const facts =
      `- Machine: ${machineClass()}. Load average ${before.load.toFixed(1)} before, ` +
      `${noise().load.toFixed(1)} after. CPython ${python.interpreter.version}.`;
    const rows = [
      ["", "whole recording", `--ring ${RING_SECONDS}s`],
      ...compare(whole, all, ring, last, truth, target.pid),
    ];
    return `${facts}\n\n${markdownTable(rows)}\n`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the program says of itself. */
interface Truth {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly children: readonly number[];
}

async function watch(
  whole: Watched,
  ring: Watched,
  seconds: number,
  progress: (text: string) => void,
): Promise<void> {
  const start = monotonicNanos();
  // The last look is over before the program ends.
  while (secondsSince(start) < seconds - (2 * LOOK_MS) / 1000) {
    await sleep(LOOK_MS);
    for (const { agent, resident } of [whole, ring]) resident.push(residentBytes(agent.pid));
    if (!isReadable(whole.agent)) whole.damaged += 1;
    progress(`${secondsSince(start).toFixed(0)} s: ${whole.resident.at(-1)} bytes resident`);
  }
}

// What is being written may end in the middle of a record, which is no damage of what is before.
function isReadable(agent: TreeAgent): boolean {
  try {
    return agent.read().damage.every(({ kind }) => kind === "truncated");
  } catch {
    return false;
  }
}

function compare(
  whole: Watched,
  all: Profile,
  ring: Watched,
  last: Profile,
  truth: Truth,
  pid: number,
): string[][] {
  const each = (of: (watched: Watched, profile: Profile) => string): string[] => [
    of(whole, all),
    of(ring, last),
  ];
  const inFile = new Set(all.processes.map(({ pid }) => pid));
  const found = truth.children.filter((pid) => inFile.has(pid)).length;
  return [
    ["recorded", ...each((_, profile) => `${spanSeconds(profile).toFixed(1)} s`)],
    ["ticks taken a second", ...each((_, profile) => tickRate(profile).toFixed(0))],
    ["processes in the file", ...each((_, { processes }) => String(processes.length))],
    ["children found", `${found} of ${truth.children.length}`, "–"],
    [
      "CPU time of the tree that is in it",
      `${((cpuSeconds(all) / truth.cpuSeconds) * 100).toFixed(1)} %`,
      "–",
    ],
    ["opened while it grew", `${whole.resident.length} times, ${whole.damaged} in vain`, "–"],
    ["samples counted − samples there", ...each((_, profile) => String(uncounted(profile)))],
    ["ticks asked − taken − missed", ...each((_, profile) => String(unaccounted(profile)))],
    ["agent's memory after warming up", ...each(({ resident }) => memoryRange(resident))],
    ["its trend", ...each(({ resident }) => trend(resident))],
    ["how the program ended", ...each((_, profile) => `signal ${endSignal(profile, pid)}`)],
  ];
}

const endSignal = ({ processes }: Profile, pid: number): number | undefined =>
  processes.find((process) => process.pid === pid)?.exit?.signal;

function spanSeconds({ recordings }: Profile): number {
  const { startNanos, endNanos } = recordings[0]!;
  return (endNanos - startNanos) / NANOS_PER_SECOND;
}

function tickRate(profile: Profile): number {
  return Number(profile.recordings[0]!.counters!.ticksTaken) / spanSeconds(profile);
}

function cpuSeconds({ samples }: Profile): number {
  return samples.cpuNanos.reduce((sum, nanos) => sum + nanos, 0) / NANOS_PER_SECOND;
}

function uncounted({ recordings, samples }: Profile): number {
  return Number(recordings[0]!.counters!.samples) - samples.ticks.reduce((sum, n) => sum + n, 0);
}

function unaccounted({ recordings }: Profile): bigint {
  const { ticksAsked, ticksTaken, ticksMissed } = recordings[0]!.counters!;
  return ticksAsked - ticksTaken - ticksMissed;
}

const warm = (resident: readonly number[]): number[] =>
  resident.slice(Math.ceil(resident.length * WARM_SHARE));

function memoryRange(resident: readonly number[]): string {
  const [least, most] = [Math.min(...warm(resident)), Math.max(...warm(resident))];
  return `${(least / 1e6).toFixed(1)} to ${(most / 1e6).toFixed(1)} MB`;
}

/** Slope of the line through what was seen, by least squares. */
function trend(resident: readonly number[]): string {
  const bytes = warm(resident);
  const mean = bytes.reduce((sum, one) => sum + one, 0) / bytes.length;
  const middle = (bytes.length - 1) / 2;
  let over = 0;
  let under = 0;
  bytes.forEach((one, i) => {
    over += (i - middle) * (one - mean);
    under += (i - middle) ** 2;
  });
  const perMinute = (over / under) * (60_000 / LOOK_MS);
  return `${(perMinute / 1e3).toFixed(1)} kB a minute`;
}
