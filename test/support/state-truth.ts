// SPDX-License-Identifier: MIT
//
// What samples/states.py says of its threads, and what a recording says of them.

import { isIdle, type Profile } from "@pyspy/analyze";
import { StateFlag } from "@pyspy/schemas";

/** The manifest of states.py. */
export interface StatesManifest {
  readonly threads: Readonly<Record<string, ThreadTruth>>;
}

export interface ThreadTruth {
  /** - `blocked`: waits for something in the kernel
   * - `native`: computes in C, without the GIL
   * - `python`: computes in Python: has the GIL, or waits for it */
  readonly state: "blocked" | "native" | "python";
  /** The function that its stack ends in, or passes through. */
  readonly function: string;
  readonly exception?: "handled" | "raised";
}

/** What was recorded of one thread; counts of observations. */
export interface RecordedStates {
  samples: number;
  /** Shown as active: runnable, or nothing is known. */
  active: number;
  gilHeld: number;
  gilWaiting: number;
  /** Active, without the GIL, and not waiting for it. */
  runsWithoutGil: number;
  exceptionRaised: number;
  exceptionHandled: number;
  collecting: number;
  /** With the function of the truth in its stack. */
  inFunction: number;
}

/** What a profile says of each thread that the manifest names. */
export function recordedStates(
  profile: Profile,
  { threads }: StatesManifest,
): Map<string, RecordedStates> {
  const { samples } = profile;
  const recorded = new Map<string, RecordedStates>();
  for (let run = 0; run < samples.length; run++) {
    const { name } = profile.threads[samples.thread[run]!]!;
    const truth = threads[name];
    if (truth === undefined) continue;
    const states = recorded.get(name) ?? nothing();
    recorded.set(name, states);
    const ticks = samples.ticks[run]!;
    const has = (flag: StateFlag): boolean => (samples.flags[run]! & flag) !== 0;
    const isActive = !isIdle(samples, run);
    const held = has(StateFlag.STATE_GIL_HELD);
    const waiting = has(StateFlag.STATE_GIL_WAITING);
    states.samples += ticks;
    if (isActive) states.active += ticks;
    if (held) states.gilHeld += ticks;
    if (waiting) states.gilWaiting += ticks;
    if (isActive && !held && !waiting) states.runsWithoutGil += ticks;
    if (has(StateFlag.STATE_EXCEPTION_RAISED)) states.exceptionRaised += ticks;
    if (has(StateFlag.STATE_EXCEPTION_HANDLED)) states.exceptionHandled += ticks;
    if (has(StateFlag.STATE_GC)) states.collecting += ticks;
    if (passesThrough(profile, samples.stack[run]!, truth.function)) states.inFunction += ticks;
  }
  return recorded;
}

function nothing(): RecordedStates {
  return {
    samples: 0,
    active: 0,
    gilHeld: 0,
    gilWaiting: 0,
    runsWithoutGil: 0,
    exceptionRaised: 0,
    exceptionHandled: 0,
    collecting: 0,
    inFunction: 0,
  };
}

function passesThrough(
  { stacks, frames, functions }: Profile,
  stack: number,
  name: string,
): boolean {
  for (let at = stack; at >= 0; at = stacks.parent[at]!) {
    if (functions[frames.function[stacks.frame[at]!]!]!.name === name) return true;
  }
  return false;
}

/** Runs that hold the GIL while another thread's run holds it too: there should be none. */
export function gilConflicts({ samples }: Profile): number {
  const held = Array.from({ length: samples.length }, (_, run) => run)
    .filter((run) => (samples.flags[run]! & StateFlag.STATE_GIL_HELD) !== 0)
    .sort((a, b) => samples.startNanos[a]! - samples.startNanos[b]!);
  let [freeAt, conflicts] = [0, 0];
  for (const run of held) {
    // A run ends where the tick after its last begins, so that overlap means a common tick.
    if (samples.startNanos[run]! < freeAt) conflicts++;
    freeAt = Math.max(freeAt, samples.startNanos[run]! + samples.wallNanos[run]!);
  }
  return conflicts;
}
