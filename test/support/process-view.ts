// SPDX-License-Identifier: MIT
import type { Process, Profile } from "@pyspy/analyze";
import { allRuns, namesOf } from "./profile-view.ts";

/** A process of a profile, with what was seen in it. */
export interface SeenProcess extends Process {
  /** Observations of its threads. */
  readonly samples: number;
  /** Names of the functions that were seen in it. */
  readonly functions: ReadonlySet<string>;
}

/** The processes in the order in which they came into the file. */
export function processesOf(profile: Profile): SeenProcess[] {
  const samples = profile.processes.map(() => 0);
  const functions = profile.processes.map(() => new Set<string>());
  for (const run of allRuns(profile)) {
    const { process } = profile.threads[profile.samples.thread[run]!]!;
    samples[process]! += profile.samples.ticks[run]!;
    for (const name of namesOf(profile, run)) functions[process]!.add(name);
  }
  return profile.processes.map((process, i) => ({
    ...process,
    samples: samples[i]!,
    functions: functions[i]!,
  }));
}

/** The last program of the process with that id. */
export function processWith(profile: Profile, pid: number): SeenProcess {
  const found = processesOf(profile).findLast((process) => process.pid === pid);
  if (found === undefined) throw new Error(`the profile has no process ${pid}`);
  return found;
}
