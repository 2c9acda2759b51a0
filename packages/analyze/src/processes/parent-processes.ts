// SPDX-License-Identifier: MIT
import type { Profile } from "../model/profile.ts";

/** What `parentProcesses` has for a process whose parent was not recorded. */
export const NO_PARENT = -1;

/**
 * Of every process the index of the one that started it, or `NO_PARENT`. Of several with its parent's pid
 * it is the last that was there before it: so there is no circle.
 */
export function parentProcesses(processes: Profile["processes"]): Int32Array {
  const byPid = new Map<string, number[]>();
  processes.forEach(({ recording, pid }, index) => {
    const key = `${recording} ${pid}`;
    const same = byPid.get(key);
    if (same === undefined) byPid.set(key, [index]);
    else same.push(index);
  });
  return Int32Array.from(processes, ({ recording, pid, parentPid, startBootNanos }, index) => {
    if (parentPid === pid) return NO_PARENT;
    let parent = NO_PARENT;
    for (const candidate of byPid.get(`${recording} ${parentPid}`) ?? []) {
      const start = processes[candidate]!.startBootNanos;
      const before = start < startBootNanos || (start === startBootNanos && candidate < index);
      if (!before) continue;
      if (parent < 0 || start >= processes[parent]!.startBootNanos) parent = candidate;
    }
    return parent;
  });
}
