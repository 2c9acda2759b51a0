// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Interpreter, requireInterpreters } from "@pyspy/test/support/interpreters";
import { findPeers, type Peers } from "../peers/find-peers.ts";
import type { Peer } from "../peers/peer.ts";
import { NANOS_PER_SECOND } from "../processes/clock.ts";
import { DeepTarget } from "../processes/deep-target.ts";
import { machineClass, noise } from "../processes/machine.ts";
import { type Placement, takeSpareCore } from "../processes/placement.ts";
import { RunningPeer } from "../processes/running-peer.ts";
import { shuffled } from "../statistics/shuffled.ts";
import { type Cost, measureCost } from "./cost.ts";
import { renderCosts, renderSlowdowns, renderStarts } from "./render.ts";
import { measureSlowdowns } from "./slowdown.ts";
import { measureStartNanos } from "./start-latency.ts";

export interface CaptureBenchOptions {
  /** For the paired windows of one interpreter; most of the time goes there. */
  readonly slowdownSeconds: number;
  /** Says what is being done. */
  readonly progress: (text: string) => void;
}

const MINORS = ["3.11", "3.13", "3.15"];
const COST_SECONDS = 2;
const STARTS = 50;
const TRIAL_MS = 300;
const BUSY_LOAD = 1;
const BUSY_NOTE =
  "- **The machine was busy.** Costs are higher than on an idle one. Elapsed times say little: a " +
  "recorder drives other programs to the target's CPU, which the A/A pairs do not show.";

/** Measures the recorders on each interpreter that is here. Returns Markdown. */
export async function benchCapture(options: CaptureBenchOptions): Promise<string> {
  const pythons = await requireInterpreters(MINORS);
  const peers = await findPeers();
  const machine = machineClass();
  const placement = takeSpareCore();
  const before = noise();
  const began = Date.now();
  const sections: string[] = [];
  for (const python of pythons) {
    if ("absent" in python) sections.push(`### CPython ${python.minor}\n\n${python.absent}.`);
    else sections.push(await benchInterpreter(python.interpreter, peers, placement, options));
  }
  const after = noise();
  const stolen = (after.stolenNanos - before.stolenNanos) / NANOS_PER_SECOND;
  const facts = [
    `- Machine: ${machine}. ${placementText(placement)}`,
    `- Load average ${before.load.toFixed(1)} before, ${after.load.toFixed(1)} after ` +
      `${Math.round((Date.now() - began) / 1000)} s; ${stolen.toFixed(1)} s of CPU time went to other guests.`,
    ...(before.load > BUSY_LOAD ? [BUSY_NOTE] : []),
    ...peers.absent.map(({ name, absent }) => `- ${name} is not here: ${absent}`),
  ];
  return `${[facts.join("\n"), ...sections].join("\n\n")}\n`;
}

async function benchInterpreter(
  python: Interpreter,
  peers: Peers,
  placement: Placement,
  { slowdownSeconds, progress }: CaptureBenchOptions,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "pyspy-bench-"));
  const target = await DeepTarget.start(python, placement.target, folder);
  try {
    const { able, unable } = await sortOut(peers.present, target.pid, folder);

    const costs: Cost[] = [];
    const runs = able.flatMap((peer) => peer.costHertz.map((hertz) => ({ peer, hertz })));
    for (const { peer, hertz } of shuffled(runs)) {
      progress(`CPython ${python.version}: ${peer.name} at ${hertz} Hz`);
      costs.push(await measureCost(peer, target.pid, hertz, COST_SECONDS, folder));
    }
    costs.sort(
      (a, b) => able.indexOf(a.peer) - able.indexOf(b.peer) || a.askedHertz - b.askedHertz,
    );

    progress(`CPython ${python.version}: ${STARTS} starts`);
    const starts = await measureStartNanos(target.pid, STARTS, folder);

    progress(`CPython ${python.version}: paired windows`);
    const treatments = able.flatMap((peer) => peer.slowdownHertz.map((hertz) => ({ peer, hertz })));
    const slowdowns = await measureSlowdowns(treatments, target, slowdownSeconds, folder);

    return [
      `### CPython ${python.version}`,
      ...unable,
      renderCosts(costs),
      renderStarts(starts),
      renderSlowdowns(slowdowns),
    ].join("\n\n");
  } finally {
    await target.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Peers that can record this interpreter, and a sentence for each that cannot. */
async function sortOut(
  peers: readonly Peer[],
  pid: number,
  folder: string,
): Promise<{ able: Peer[]; unable: string[] }> {
  const able: Peer[] = [];
  const unable: string[] = [];
  for (const peer of peers) {
    try {
      const trial = await RunningPeer.start(peer, pid, 100, join(folder, "trial"));
      await sleep(TRIAL_MS);
      await trial.stop();
      trial.recording();
      able.push(peer);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      unable.push(`${peer.name} does not record it: ${reason}`);
    }
  }
  return { able, unable };
}

function placementText({ target }: Placement): string {
  return target === ""
    ? "Nothing is pinned to a CPU."
    : "The target has one CPU to itself, as far as others leave it; the recorder runs on another.";
}
