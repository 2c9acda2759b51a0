// SPDX-License-Identifier: MIT

import { filterGil, filterIdle, type Profile, type Selection, selectAll } from "@pyspy/analyze";

/** Which observations a report counts. */
export interface View {
  /** Those of threads that held the GIL. */
  readonly gil: boolean;
  /** Also those of idle threads. */
  readonly idle: boolean;
}

/**
 * What a view shows of a profile. Without a wish: all threads that were not idle, as py-spy does.
 * Also as there, `gil` outweighs the rule of idleness: a thread that sleeps with the GIL in its hands
 * is what that view is for.
 */
export function selectView(profile: Profile, view: View): Selection {
  const all = selectAll(profile);
  if (view.gil) return filterGil(all);
  return view.idle ? all : filterIdle(all);
}
