// SPDX-License-Identifier: MIT

import { requireInterpreters } from "@pyspy/test/support/interpreters";
import { findPeers } from "../peers/find-peers.ts";
import { NANOS_PER_SECOND } from "../processes/clock.ts";
import { machineClass, noise } from "../processes/machine.ts";
import { type Placement, takeSpareCore } from "../processes/placement.ts";
import { InterpreterBench } from "./interpreter-bench.ts";

export interface CaptureBenchOptions {
  /** For the paired windows of one interpreter; most of the time goes there. */
  readonly slowdownSeconds: number;
  readonly minors: readonly string[];
  /** Says what is being done. */
  readonly progress: (text: string) => void;
}

const BUSY_LOAD = 1;
const BUSY_NOTE =
  "- **The machine was busy.** Costs are higher than on an idle one. Elapsed times say little: a " +
  "recorder drives other programs to the target's CPU, which the A/A pairs do not show.";

/** Measures the recorders on each interpreter that is here. Returns Markdown. */
export async function benchCapture(options: CaptureBenchOptions): Promise<string> {
  const pythons = await requireInterpreters(options.minors);
  const peers = await findPeers();
  const machine = machineClass();
  const placement = takeSpareCore();
  const before = noise();
  const began = Date.now();
  const sections: string[] = [];
  for (const python of pythons) {
    if ("absent" in python) sections.push(`### CPython ${python.minor}\n\n${python.absent}.`);
    else {
      const bench = new InterpreterBench(python.interpreter, peers.present, placement, options);
      sections.push(await bench.run());
    }
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

function placementText({ target }: Placement): string {
  return target === ""
    ? "Nothing is pinned to a CPU."
    : "The target has one CPU to itself, as far as others leave it; the recorder runs on another.";
}
