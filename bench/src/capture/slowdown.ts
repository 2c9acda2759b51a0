// SPDX-License-Identifier: MIT

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Peer } from "../peers/peer.ts";
import { monotonicNanos, secondsSince } from "../processes/clock.ts";
import type { Block, DeepTarget } from "../processes/deep-target.ts";
import { RunningPeer } from "../processes/running-peer.ts";
import { bootstrapMedian, type Estimate } from "../statistics/bootstrap.ts";
import { median } from "../statistics/quantile.ts";
import { shuffled } from "../statistics/shuffled.ts";

/** What is done to the target in one window of a pair; `undefined`: nothing, as in the other. */
export interface Treatment {
  readonly peer: Peer;
  readonly hertz: number;
}

export interface Slowdown {
  readonly treatment: Treatment | undefined;
  /** How long the same work took with it, in times of without. */
  readonly elapsed: Estimate;
  /** The CPU time of that work, likewise: without the time it was stopped, or others had the CPU. */
  readonly cpu: Estimate;
  /** Pairs that were taken; those with too few blocks in a window say nothing. */
  readonly pairs: number;
}

/** A stretch of time, CLOCK_MONOTONIC. */
interface Window {
  readonly startNanos: number;
  readonly endNanos: number;
}

type Measure = (block: Block) => number;

interface Pair {
  readonly treated: Window;
  readonly plain: Window;
}

/** Seven blocks of the target, and the rest of one. */
const WINDOW_MS = 155;
/** Starting and ending a recorder disturbs its neighbourhood: that is not what is measured. */
const SETTLE_MS = 20;
const FEWEST_BLOCKS = 2;

/**
 * Measures what recorders do to the target, by pairs of windows next to each other, one with and
 * one without, in random order. All treatments and an A/A pair take turns, in random order too, so
 * that slow changes of the machine touch all alike.
 */
export async function measureSlowdowns(
  treatments: readonly Treatment[],
  target: DeepTarget,
  seconds: number,
  folder: string,
): Promise<Slowdown[]> {
  const all = [undefined, ...treatments];
  const pairs = all.map((): Pair[] => []);
  for (const start = monotonicNanos(); secondsSince(start) < seconds; ) {
    for (const index of shuffled([...all.keys()])) {
      pairs[index]!.push(await takePair(all[index], target.pid, join(folder, "slowdown")));
    }
  }
  const blocks = target.blocks();
  return all.map((treatment, index) => {
    const taken = pairs[index]!;
    const estimate = (measure: Measure): Estimate => {
      const ratios = taken.map((pair) => ratioOf(pair, blocks, measure));
      return bootstrapMedian(ratios.filter(Number.isFinite));
    };
    const elapsed = estimate((block) => block.endNanos - block.startNanos);
    return { treatment, elapsed, cpu: estimate((block) => block.cpuNanos), pairs: taken.length };
  });
}

async function takePair(
  treatment: Treatment | undefined,
  pid: number,
  output: string,
): Promise<Pair> {
  if (Math.random() < 0.5) {
    const plain = await takeWindow(undefined, pid, output);
    return { plain, treated: await takeWindow(treatment, pid, output) };
  }
  const treated = await takeWindow(treatment, pid, output);
  return { treated, plain: await takeWindow(undefined, pid, output) };
}

async function takeWindow(
  treatment: Treatment | undefined,
  pid: number,
  output: string,
): Promise<Window> {
  const running =
    treatment && (await RunningPeer.start(treatment.peer, pid, treatment.hertz, output));
  await sleep(SETTLE_MS);
  const startNanos = monotonicNanos();
  await sleep(WINDOW_MS);
  const endNanos = monotonicNanos();
  await running?.stop();
  return { startNanos, endNanos };
}

/** NaN where the machine was so busy that a window has too few blocks. */
function ratioOf({ treated, plain }: Pair, blocks: readonly Block[], measure: Measure): number {
  return medianBlock(treated, blocks, measure) / medianBlock(plain, blocks, measure);
}

function medianBlock(window: Window, blocks: readonly Block[], measure: Measure): number {
  const within = blocks.filter(
    (block) => block.startNanos >= window.startNanos && block.endNanos <= window.endNanos,
  );
  return within.length < FEWEST_BLOCKS ? Number.NaN : median(within.map(measure));
}
