// SPDX-License-Identifier: MIT

import type { Profile } from "@pyspy/analyze";

/** Process and thread numbers that are unique in a file: what viewers tell tracks apart by. */
export interface UniqueIds {
  /** By index in `profile.processes`. */
  readonly pid: readonly number[];
  /** By index in `profile.threads`. */
  readonly tid: readonly number[];
}

/** Above the largest number that Linux gives (PID_MAX_LIMIT, 2^22). */
const FIRST_MADE_UP = 2 ** 22 + 1;

/**
 * The numbers that the kernel gave, as far as they are known and nobody else's: a process that
 * replaced itself (exec), and recordings of several machines, use a number again. Those get one that
 * the kernel gives to nobody.
 */
export function uniqueIds({ processes, threads }: Profile): UniqueIds {
  const taken = new Set<number>();
  let next = FIRST_MADE_UP;
  const unique = (wanted: number): number => {
    const id = wanted > 0 && wanted < FIRST_MADE_UP && !taken.has(wanted) ? wanted : next++;
    taken.add(id);
    return id;
  };
  const pid = processes.map((process) => unique(process.pid));
  const withMain = new Set<number>();
  const tid = threads.map((thread) => {
    const { process } = thread;
    // A main thread has the number of its process.
    if (Number(thread.tid) !== processes[process]!.pid || withMain.has(process)) {
      return unique(Number(thread.tid));
    }
    withMain.add(process);
    return pid[process]!;
  });
  return { pid, tid };
}
