// SPDX-License-Identifier: MIT

import { join } from "node:path";
import type { Profile } from "@pyspy/analyze";
import type { Interpreter } from "@pyspy/test/support/interpreters";
import { FLAT_OUT_HERTZ } from "../peers/peer.ts";
import { record } from "../processes/record.ts";
import { SampleTarget } from "../processes/sample-target.ts";

/** How far the shares of functions in a recording are from those that the program measured. */
export interface ShareAccuracy {
  readonly samples: number;
  readonly seconds: number;
  /** Half the sum of the differences between the recorded shares and the true ones. */
  readonly distance: number;
  /** What it is on average for so many independent samples. */
  readonly limit: number;
  /** As many independent samples are worth the same: at the ticks of a run the thread stood still. */
  readonly effectiveSamples: number;
  readonly effectiveLimit: number;
  /** The same, where equal samples in a row count as one. */
  readonly runs: number;
  readonly runDistance: number;
  readonly runLimit: number;
}

interface Measurement {
  readonly shares: Readonly<Record<string, number>>;
}

/** Longest recording in one file, and all together. */
const PART_SECONDS = 10;
const MOST_SECONDS = 60;

export async function measureShares(
  python: Interpreter,
  wantedSamples: number,
  cpu: string,
  folder: string,
): Promise<ShareAccuracy> {
  const target = await SampleTarget.start(python, "shares", cpu);
  const ticks = new Map<string, number>();
  const runs = new Map<string, number>();
  let [samples, squares, seconds] = [0, 0, 0];
  const output = join(folder, "shares.pspy");
  const { pid } = target;
  while (samples < wantedSamples && seconds < MOST_SECONDS) {
    const part = { pid, rateHertz: FLAT_OUT_HERTZ, seconds: PART_SECONDS, output };
    const profile = await record({ ...part, mode: "default" });
    for (const [name, count] of innermost(profile)) {
      ticks.set(name, (ticks.get(name) ?? 0) + count);
      runs.set(name, (runs.get(name) ?? 0) + 1);
      samples += count;
      squares += count * count;
    }
    seconds += PART_SECONDS;
  }
  const { shares } = (await target.stop()) as Measurement;
  const byTicks = distanceOf(ticks, shares);
  const byRuns = distanceOf(runs, shares);
  const effectiveSamples = byTicks.total ** 2 / squares;
  return {
    samples,
    seconds,
    distance: byTicks.distance,
    limit: expectedDistance(Object.values(shares), byTicks.total),
    effectiveSamples,
    effectiveLimit: expectedDistance(Object.values(shares), effectiveSamples),
    runs: byRuns.total,
    runDistance: byRuns.distance,
    runLimit: expectedDistance(Object.values(shares), byRuns.total),
  };
}

/** Half the sum of the differences between shares of weights and true ones. */
function distanceOf(
  weights: ReadonlyMap<string, number>,
  shares: Readonly<Record<string, number>>,
): { total: number; distance: number } {
  const names = Object.keys(shares);
  const total = names.reduce((sum, name) => sum + (weights.get(name) ?? 0), 0);
  const differences = names.map((name) => (weights.get(name) ?? 0) / total - shares[name]!);
  return { total, distance: differences.reduce((sum, one) => sum + Math.abs(one), 0) / 2 };
}

/** The function that each run's stack ends in, and its ticks. */
function* innermost({ samples, stacks, frames, functions }: Profile): Generator<[string, number]> {
  for (let run = 0; run < samples.length; run++) {
    const stack = samples.stack[run]!;
    if (stack < 0) continue;
    const frame = stacks.frame[stack]!;
    yield [functions[frames.function[frame]!]!.name, samples.ticks[run]!];
  }
}

/** E |X - p| of a binomial share is sqrt(2 p (1 - p) / (pi n)), for many samples. */
function expectedDistance(shares: readonly number[], samples: number): number {
  const deviations = shares.map((p) => Math.sqrt((2 * p * (1 - p)) / (Math.PI * samples)));
  return deviations.reduce((sum, one) => sum + one, 0) / 2;
}
