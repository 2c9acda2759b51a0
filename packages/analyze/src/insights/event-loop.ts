// SPDX-License-Identifier: MIT
import type { Profile, PythonFunction } from "../model/profile.ts";

/**
 * Says of stacks whether they are inside a callback or a task that an asyncio loop runs: the loop is on
 * them, and it does not wait for events. Its own code is CPython's Lib/asyncio/base_events.py, or uvloop's.
 */
export function standingInLoop({ stacks, frames, functions }: Profile): (stack: number) => boolean {
  const runs = functions.map(isLoop);
  const waits = functions.map(isWait);
  return (stack) => {
    let inLoop = false;
    for (let at = stack; at >= 0 && !inLoop; at = stacks.parent[at]!) {
      const index = frames.function[stacks.frame[at]!]!;
      if (waits[index]) return false;
      inLoop = runs[index]!;
    }
    return inLoop;
  };
}

function isLoop({ name, file }: PythonFunction): boolean {
  return /(^|\.)_run_once$/.test(name) && /asyncio[\\/]base_events\.py$/.test(file);
}

/** The selector, by which a loop waits. */
function isWait({ name, file }: PythonFunction): boolean {
  return /(^|\.)(select|_poll)$/.test(name) && /(selectors|windows_events)\.py$/.test(file);
}
