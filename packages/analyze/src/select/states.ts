// SPDX-License-Identifier: MIT
import { StateFlag } from "@pyspy/schemas";
import type { SampleTable } from "../model/profile.ts";

/** 'R' in /proc/TID/stat: runs, or waits for a processor only. */
const OS_STATE_RUNNABLE = 0x52;
const OS_STATE_UNKNOWN = 0;

/**
 * The one rule of what idle means: a thread is idle when the kernel said that it cannot run, as it
 * sleeps, waits for a lock or for input, or is stopped. A thread whose state is not known counts as
 * active, so that nothing disappears for lack of knowledge. Who holds the GIL plays no part: a
 * thread that sleeps with the GIL is idle, and stands in the way of all others.
 */
export function isIdle(samples: SampleTable, run: number): boolean {
  const state = samples.osState[run];
  return state !== OS_STATE_UNKNOWN && state !== OS_STATE_RUNNABLE;
}

/** Says whether the kernel had the thread running or ready to run. False where it told nothing. */
export function isOnCpu(samples: SampleTable, run: number): boolean {
  return samples.osState[run] === OS_STATE_RUNNABLE;
}

/** Says whether the thread held the GIL. False where the GIL was not read. */
export function holdsGil(samples: SampleTable, run: number): boolean {
  return (samples.flags[run]! & StateFlag.STATE_GIL_HELD) !== 0;
}

/** Says whether the thread waited for the GIL. False where the GIL was not read. */
export function waitsForGil(samples: SampleTable, run: number): boolean {
  return (samples.flags[run]! & StateFlag.STATE_GIL_WAITING) !== 0;
}

/** Says whether an exception was propagating, or the thread was in an except or finally block. */
export function inException(samples: SampleTable, run: number): boolean {
  const either = StateFlag.STATE_EXCEPTION_RAISED | StateFlag.STATE_EXCEPTION_HANDLED;
  return (samples.flags[run]! & either) !== 0;
}

/** Says whether the thread collected garbage. */
export function collectsGarbage(samples: SampleTable, run: number): boolean {
  return (samples.flags[run]! & StateFlag.STATE_GC) !== 0;
}

/** Says whether the Python stack was read and is not empty. */
export function hasPythonStack(samples: SampleTable, run: number): boolean {
  return samples.stack[run]! >= 0;
}
