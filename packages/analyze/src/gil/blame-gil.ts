// SPDX-License-Identifier: MIT
import { StateFlag } from "@pyspy/schemas";
import { GrowableFloat64 } from "../model/growable.ts";
import { PairTable } from "../model/pair-table.ts";
import type { Profile } from "../model/profile.ts";
import type { Selection } from "../select/selection.ts";
import { holdsGil, waitsForGil } from "../select/states.ts";
import { longestStretches } from "../stalls/stretches.ts";
import type { GilBlame, GilFunction, GilPair, GilThread } from "./gil-blame.ts";
import { HolderIntervals } from "./holder-intervals.ts";

/**
 * Who held the GIL while whom waited. The waits, and the times of holding, are those of the selection;
 * who made a thread wait is looked up in all that was recorded, so that a selection of one thread
 * tells what that thread waited for.
 */
export function blameGil(selection: Selection): GilBlame {
  const { profile, runs } = selection;
  const { samples, threads, stacks } = profile;
  const held = new Float64Array(threads.length);
  const waited = new Float64Array(threads.length);
  const blamed = new Float64Array(threads.length);
  const byStack = new Float64Array(stacks.length);
  const pairs = new PairSums();
  let unattributedNanos = 0;
  let known = false;
  const holders = new HolderIntervals(profile);
  for (const run of runs) {
    const thread = samples.thread[run]!;
    if (samples.flags[run]! & StateFlag.STATE_GIL_KNOWN) known = true;
    if (holdsGil(samples, run)) held[thread]! += samples.wallNanos[run]!;
    if (!waitsForGil(samples, run)) continue;
    waited[thread]! += samples.wallNanos[run]!;
    holders.during(run, (holder, nanos) => {
      if (holder < 0) {
        unattributedNanos += nanos;
        return;
      }
      const holding = samples.thread[holder]!;
      blamed[holding]! += nanos;
      pairs.add(holding, thread, nanos);
      const stack = samples.stack[holder]!;
      if (stack >= 0) byStack[stack]! += nanos;
    });
  }
  const longest = longestStretches(selection, (run) => holdsGil(samples, run));
  return {
    known,
    heldNanos: sum(held),
    waitedNanos: sum(waited),
    unattributedNanos,
    threads: threads
      .map(
        (_, thread): GilThread => ({
          thread,
          heldNanos: held[thread]!,
          longestHoldNanos: longest[thread]!,
          waitedNanos: waited[thread]!,
          blamedNanos: blamed[thread]!,
        }),
      )
      .filter(
        ({ heldNanos, waitedNanos, blamedNanos }) => heldNanos + waitedNanos + blamedNanos > 0,
      )
      .sort((a, b) => b.blamedNanos - a.blamedNanos || b.heldNanos - a.heldNanos),
    pairs: pairs.sorted(),
    functions: addUpFunctions(profile, byStack),
  };
}

class PairSums {
  readonly #pairs = new PairTable();
  readonly #nanos = new GrowableFloat64();

  add(holder: number, waiter: number, nanos: number): void {
    const pair = this.#pairs.intern(holder, waiter);
    if (pair === this.#nanos.length) this.#nanos.push(0);
    this.#nanos.values[pair]! += nanos;
  }

  sorted(): GilPair[] {
    return Array.from(this.#nanos.view(), (nanos, pair) => ({
      holder: this.#pairs.first.values[pair]!,
      waiter: this.#pairs.second.values[pair]!,
      nanos,
    })).sort((a, b) => b.nanos - a.nanos || a.holder - b.holder || a.waiter - b.waiter);
  }
}

/** Weights of stacks by function: of the innermost, and of each function on the stack, once. */
function addUpFunctions(profile: Profile, byStack: Float64Array): GilFunction[] {
  const { stacks, frames, functions } = profile;
  const self = new Float64Array(functions.length);
  const total = new Float64Array(functions.length);
  /** The last stack in which a function was met. */
  const metIn = new Int32Array(functions.length).fill(-1);
  byStack.forEach((nanos, stack) => {
    if (nanos === 0) return;
    self[frames.function[stacks.frame[stack]!]!]! += nanos;
    for (let at = stack; at >= 0; at = stacks.parent[at]!) {
      const index = frames.function[stacks.frame[at]!]!;
      if (metIn[index] === stack) continue;
      metIn[index] = stack;
      total[index]! += nanos;
    }
  });
  return functions
    .map((_, index) => ({ function: index, selfNanos: self[index]!, totalNanos: total[index]! }))
    .filter(({ totalNanos }) => totalNanos > 0)
    .sort((a, b) => b.selfNanos - a.selfNanos || b.totalNanos - a.totalNanos);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
