// SPDX-License-Identifier: MIT
import type { Profile } from "../model/profile.ts";
import { isIdle, waitsForGil } from "../select/states.ts";
import type { ThreadMoment } from "./threads-at.ts";

/** A thread that sleeps until another lets it go on. */
export interface LockWait {
  readonly moment: ThreadMoment;
  /**
   * `lock`: it wants to own something that another owns. `signal`: it waits for something to happen, as
   * in Condition.wait, Queue.get, Thread.join.
   */
  readonly kind: "lock" | "signal";
  /** The stack whose innermost frame is the Python function that waits, without the C code below it. */
  readonly stack: number;
}

/** futex(2) by architecture: what all locks of CPython and of the C library sleep in. */
const FUTEX: Readonly<Record<string, number>> = { x86_64: 202, aarch64: 98 };

/** Modules of the standard library whose functions wait for others. */
const WAITING_FILE =
  /(?:^|\/)(?:threading|queue|Queue|_base|thread|synchronize|connection|pool)\.py$/;
/** Of their functions, those that take a lock. */
const TAKES_LOCK = /(?:^|\.)(?:acquire|__enter__|_acquire_restore)$/;

/**
 * The threads of a moment that sleep on a lock, other than the GIL. The kernel tells that they do
 * (they sleep in futex(2)); what kind of lock it is, only the functions that they are in can tell.
 */
export function lockWaits(profile: Profile, moments: readonly ThreadMoment[]): LockWait[] {
  const { samples, threads, processes, recordings } = profile;
  return moments.flatMap((moment): LockWait[] => {
    const { run, thread } = moment;
    if (run === undefined || !isIdle(samples, run) || waitsForGil(samples, run)) return [];
    const { recording } = processes[threads[thread]!.process]!;
    const futex = FUTEX[recordings[recording]?.header.host?.architecture ?? ""];
    const stack = innermostPython(profile, samples.stack[run]!);
    if (stack < 0 || samples.syscall[run] !== futex) return [];
    return [{ moment, kind: kindOf(profile, stack), stack }];
  });
}

function innermostPython({ stacks, frames, functions }: Profile, stack: number): number {
  let at = stack;
  while (at >= 0 && functions[frames.function[stacks.frame[at]!]!]!.module !== undefined) {
    at = stacks.parent[at]!;
  }
  return at;
}

function kindOf({ stacks, frames, functions }: Profile, stack: number): LockWait["kind"] {
  const { name, file } = functions[frames.function[stacks.frame[stack]!]!]!;
  return WAITING_FILE.test(file) && !TAKES_LOCK.test(name) ? "signal" : "lock";
}
