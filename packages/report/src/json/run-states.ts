// SPDX-License-Identifier: MIT

import { holdsGil, isIdle, type SampleTable, waitsForGil } from "@pyspy/analyze";
import { StateFlag } from "@pyspy/schemas";

/** What is known of a thread besides its stack. `null`: not known. */
export interface RunState {
  readonly idle: boolean;
  readonly gilHeld: boolean | null;
  readonly gilWaiting: boolean | null;
  readonly collectingGarbage: boolean;
  readonly exceptionRaised: boolean;
  readonly exceptionHandled: boolean;
  /** Moved while it was read: only the part of the stack at the root is there. */
  readonly unstable: boolean;
  /** The stack ends early at the root. */
  readonly truncated: boolean;
  /** The kernel's letter: "R", "S". */
  readonly osState: string | null;
  /** Number of the system call that it is in. */
  readonly syscall: number | null;
}

/** Numbers distinct states in the order in which they are met. */
export class RunStates {
  readonly list: RunState[] = [];
  readonly #known = new Map<string, number>();

  index(samples: SampleTable, run: number): number {
    const [flags, osState, syscall] = [
      samples.flags[run]!,
      samples.osState[run]!,
      samples.syscall[run]!,
    ];
    const key = `${flags} ${osState} ${syscall}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const has = (flag: StateFlag): boolean => (flags & flag) !== 0;
    const gilKnown = has(StateFlag.STATE_GIL_KNOWN);
    const index =
      this.list.push({
        idle: isIdle(samples, run),
        gilHeld: gilKnown ? holdsGil(samples, run) : null,
        gilWaiting: gilKnown ? waitsForGil(samples, run) : null,
        collectingGarbage: has(StateFlag.STATE_GC),
        exceptionRaised: has(StateFlag.STATE_EXCEPTION_RAISED),
        exceptionHandled: has(StateFlag.STATE_EXCEPTION_HANDLED),
        unstable: has(StateFlag.STATE_UNSTABLE),
        truncated: has(StateFlag.STATE_TRUNCATED),
        osState: osState === 0 ? null : String.fromCharCode(osState),
        syscall: syscall < 0 ? null : syscall,
      }) - 1;
    this.#known.set(key, index);
    return index;
  }
}
