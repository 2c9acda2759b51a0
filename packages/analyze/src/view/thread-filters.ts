// SPDX-License-Identifier: MIT
import type { Profile } from "../model/profile.ts";
import { processRoles } from "../processes/process-roles.ts";
import { assignRoles, roleByControlGroup } from "../rules/assign-roles.ts";
import { namesPattern } from "../select/name-pattern.ts";
import { requireRecorded } from "../select/require-recorded.ts";
import { filterRuns, type Selection } from "../select/selection.ts";
import type { View } from "./select-view.ts";

/** A part of a view that lets only some threads through. */
interface ThreadFilter {
  readonly name: "process" | "thread";
  /** What goes: "processes other than 42". */
  readonly removes: string;
  /** @param thread an index in `profile.threads`. */
  readonly keeps: (thread: number) => boolean;
}

/** The profile whose processes have the roles that a view gives them. */
export function withRoles(recorded: Profile, { roleFrom, foldPlumbing = [] }: View): Profile {
  const named = roleFrom === "cgroup" ? roleByControlGroup(recorded) : recorded;
  return assignRoles(named, foldPlumbing);
}

/** Keeps the threads of the processes and threads that a view names; roles are those of `withRoles`. */
export function selectThreads(all: Selection, view: View): Selection {
  const { samples } = all.profile;
  if (view.tids?.length || view.threadNames?.length) {
    requireRecorded(all.recorded, "threads", "a choice of threads");
  }
  return threadFilters(all.profile, view).reduce((selection, { name, removes, keeps }) => {
    // Asked of each run: of millions.
    const kept = Uint8Array.from(all.profile.threads, (_, thread) => Number(keeps(thread)));
    return filterRuns(selection, { name, removes }, (run) => kept[samples.thread[run]!] === 1);
  }, all);
}

/** Indexes of the threads that a view lets through, whatever they did; `undefined`: all. */
export function keptThreads(recorded: Profile, view: View): ReadonlySet<number> | undefined {
  const filters = threadFilters(withRoles(recorded, view), view);
  if (filters.length === 0) return undefined;
  const threads = recorded.threads.map((_, thread) => thread);
  return new Set(threads.filter((thread) => filters.every(({ keeps }) => keeps(thread))));
}

function threadFilters(profile: Profile, view: View): ThreadFilter[] {
  const { pids, roles, tids, threadNames } = view;
  const { threads, processes } = profile;
  const filters: ThreadFilter[] = [];
  if (view.native === false && profile.native !== undefined) {
    filters.push({
      name: "thread",
      // They are recorded for their native stacks alone.
      removes: "threads without Python",
      keeps: (thread) => threads[thread]!.interpreterId >= 0,
    });
  }
  if (pids?.length) {
    filters.push({
      name: "process",
      removes: `processes other than ${pids.join(", ")}`,
      keeps: (thread) => pids.includes(processes[threads[thread]!.process]!.pid),
    });
  }
  if (roles?.length) {
    const known = processRoles(profile);
    filters.push({
      name: "process",
      removes: `processes whose role does not match ${namesPattern(roles)}`,
      keeps: (thread) => roles.some((role) => role.test(known[threads[thread]!.process]!)),
    });
  }
  if (tids?.length) {
    filters.push({
      name: "thread",
      removes: `threads other than ${tids.join(", ")}`,
      keeps: (thread) => tids.includes(threads[thread]!.tid),
    });
  }
  if (threadNames?.length) {
    filters.push({
      name: "thread",
      removes: `threads whose name does not match ${namesPattern(threadNames)}`,
      keeps: (thread) => threadNames.some((pattern) => pattern.test(threads[thread]!.name)),
    });
  }
  return filters;
}
