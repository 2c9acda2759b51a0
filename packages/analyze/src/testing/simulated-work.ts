// SPDX-License-Identifier: MIT

import type { SampleTable } from "../model/profile.ts";
import { readCapture } from "../read/read-capture.ts";
import { type Selection, selectAll } from "../select/selection.ts";
import { captureOf } from "./capture-writer.ts";
import { randomNumbers } from "./random.ts";

/** A function of a simulated program. */
export interface SimulatedFunction {
  readonly name: string;
  /** Of the time; of all functions together 1. */
  readonly share: number;
  /** Mean length of a call; lengths are exponential. */
  readonly callSeconds: number;
  /** The thread is idle meanwhile. */
  readonly sleeps?: boolean;
}

const PERIOD_SECONDS = 0.01;
/** Letters of /proc/TID/stat. */
const [RUNNABLE, SLEEPING] = [0x52, 0x53];

/**
 * A recording at 100 Hz of one thread that calls functions one after the other, which one as chance
 * will have it: so its samples in a row belong to the same call, as real ones do. Stacks are
 * "main;NAME".
 */
export function simulatedWork(
  functions: readonly SimulatedFunction[],
  seconds: number,
  seed: number,
): Selection {
  const { profile } = selectAll(
    readCapture(captureOf(functions.map(({ name }) => `main R: main;${name} 1`).join("\n"))),
  );
  const stackOf = functions.map(({ name }) =>
    profile.stacks.frame.findIndex(
      (frame) => profile.functions[profile.frames.function[frame]!]!.name === name,
    ),
  );
  const ticks = Math.round(seconds / PERIOD_SECONDS);
  const stack = new Int32Array(ticks);
  const callsPerSecond = functions.map(({ share, callSeconds }) => share / callSeconds);
  const allCalls = callsPerSecond.reduce((sum, calls) => sum + calls, 0);
  const random = randomNumbers(seed);
  let current = 0;
  let left = 0;
  for (let tick = 0; tick < ticks; tick++) {
    // Jittered, as ticks are: periodic programs do not alias.
    let step = PERIOD_SECONDS * (0.75 + 0.5 * random());
    while (step > left) {
      step -= left;
      current = chosenBy(random() * allCalls, callsPerSecond);
      left = -Math.log(1 - random()) * functions[current]!.callSeconds;
    }
    left -= step;
    stack[tick] = stackOf[current]!;
  }
  const recording = { ...profile.recordings[0]!, startNanos: 0, endNanos: seconds * 1e9 };
  const samples = samplesOf(stack);
  const asleep = new Set(stackOf.filter((_, index) => functions[index]!.sleeps === true));
  const osState = samples.osState.map((state, tick) =>
    asleep.has(stack[tick]!) ? SLEEPING : state,
  );
  return selectAll({ ...profile, recordings: [recording], samples: { ...samples, osState } });
}

/** Index of the part that `at` lies in, where parts of these lengths stand side by side. */
function chosenBy(at: number, lengths: readonly number[]): number {
  let left = at;
  for (let index = 0; index < lengths.length - 1; index++) {
    left -= lengths[index]!;
    if (left < 0) return index;
  }
  return lengths.length - 1;
}

function samplesOf(stack: Int32Array): SampleTable {
  const { length } = stack;
  const period = PERIOD_SECONDS * 1e9;
  return {
    length,
    stack,
    thread: new Int32Array(length),
    nativeStack: new Int32Array(length).fill(-1),
    flags: new Uint16Array(length),
    osState: new Uint8Array(length).fill(RUNNABLE),
    syscall: new Int16Array(length).fill(-1),
    ticks: new Uint32Array(length).fill(1),
    startNanos: Float64Array.from(stack, (_, tick) => tick * period),
    wallNanos: new Float64Array(length).fill(period),
    cpuNanos: new Float64Array(length).fill(period),
  };
}
