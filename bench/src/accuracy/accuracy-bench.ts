// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Interpreter, requireInterpreters } from "@pyspy/test/support/interpreters";
import { NANOS_PER_SECOND } from "../processes/clock.ts";
import { machineClass, noise } from "../processes/machine.ts";
import { takeSpareCore } from "../processes/placement.ts";
import { renderShares, renderShortCalls, renderStacks, renderStates } from "./render.ts";
import { measureShares, type ShareAccuracy } from "./shares.ts";
import { measureShortCalls, type ShortCallAccuracy } from "./short-calls.ts";
import { measureStacks, type StackAccuracy } from "./stacks.ts";
import { measureStates, type StateAccuracy } from "./states.ts";

export interface AccuracyBenchOptions {
  /** Of each recording of a program in a mode. */
  readonly seconds: number;
  /** For the shares. */
  readonly samples: number;
  readonly minors: readonly string[];
  /** Says what is being done. */
  readonly progress: (text: string) => void;
}

/** What was measured on one interpreter. */
export interface Measured<T> {
  readonly version: string;
  readonly result: T;
}

const STATES_HERTZ = 500;

/** Measures on each interpreter that is here how true recordings are. Returns Markdown. */
export async function benchAccuracy(options: AccuracyBenchOptions): Promise<string> {
  const { seconds, samples, progress } = options;
  const required = await requireInterpreters(options.minors);
  const pythons = required.flatMap((one) => ("interpreter" in one ? [one.interpreter] : []));
  const absent = required.flatMap((one) => ("absent" in one ? [`- ${one.absent}.`] : []));
  const folder = mkdtempSync(join(tmpdir(), "pyspy-accuracy-"));
  const before = noise();
  const began = Date.now();
  try {
    const onEach = async <T>(
      measure: (python: Interpreter) => Promise<T>,
    ): Promise<Measured<T>[]> => {
      const all: Measured<T>[] = [];
      for (const python of pythons) {
        all.push({ version: python.version, result: await measure(python) });
      }
      return all;
    };
    const states: Measured<StateAccuracy>[] = await onEach((python) => {
      progress(`CPython ${python.version}: states`);
      return measureStates(python, STATES_HERTZ, 2 * seconds, folder);
    });
    // From here on the target has a CPU, so that it moves while it is read.
    const { target: cpu } = takeSpareCore();
    const stacks: Measured<StackAccuracy[]>[] = await onEach((python) =>
      measureStacks(python, seconds, cpu, folder, progress),
    );
    const shortCalls: Measured<ShortCallAccuracy>[] = await onEach((python) => {
      progress(`CPython ${python.version}: short calls`);
      return measureShortCalls(python, 2 * seconds, cpu, folder);
    });
    const shares: Measured<ShareAccuracy>[] = await onEach((python) => {
      progress(`CPython ${python.version}: shares`);
      return measureShares(python, samples, cpu, folder);
    });
    const after = noise();
    const stolen = (after.stolenNanos - before.stolenNanos) / NANOS_PER_SECOND;
    const facts = [
      `- Machine: ${machineClass()}.`,
      `- Load average ${before.load.toFixed(1)} before, ${after.load.toFixed(1)} after ` +
        `${Math.round((Date.now() - began) / 1000)} s; ${stolen.toFixed(1)} s of CPU time went to other guests.`,
      ...absent,
    ];
    return `${[
      facts.join("\n"),
      "### Stacks",
      renderStacks(stacks),
      "### Short calls",
      renderShortCalls(shortCalls),
      "### Shares",
      renderShares(shares),
      "### States",
      renderStates(states, STATES_HERTZ),
    ].join("\n\n")}\n`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
