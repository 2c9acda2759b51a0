// SPDX-License-Identifier: MIT

import { type Profile, processRoles, type View } from "@pyspy/analyze";

/** Indexes of the threads that a view lets through, whatever they did; `undefined`: all. */
export function keptThreads(profile: Profile, view: View): Set<number> | undefined {
  const { pids = [], roles = [], tids = [], threadNames = [] } = view;
  if (pids.length + roles.length + tids.length + threadNames.length === 0) return undefined;
  const roleOf = processRoles(profile);
  const kept = new Set<number>();
  profile.threads.forEach(({ tid, name, process }, index) => {
    if (pids.length > 0 && !pids.includes(profile.processes[process]!.pid)) return;
    if (roles.length > 0 && !roles.some((role) => role.test(roleOf[process]!))) return;
    if (tids.length > 0 && !tids.includes(tid)) return;
    if (threadNames.length > 0 && !threadNames.some((pattern) => pattern.test(name))) return;
    kept.add(index);
  });
  return kept;
}
