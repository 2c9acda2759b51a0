// SPDX-License-Identifier: MIT
import type { Profile } from "../model/profile.ts";
import {
  filterIdle,
  filterProcesses,
  filterState,
  filterThreads,
  type ThreadState,
} from "./filters.ts";
import { type NamePattern, namesPattern } from "./name-pattern.ts";
import { type Selection, selectAll } from "./selection.ts";

/**
 * A question to a profile: what of it to look at. All parts are combined: an observation stays when
 * every one of them lets it. Without any: all threads that were not idle, as py-spy shows them.
 */
export interface View {
  /**
   * Only observations of threads in all of these states. Outweighs the rule of idleness, as in
   * py-spy: a thread that sleeps with the GIL in its hands is what such a view is for.
   */
  readonly states?: readonly ThreadState[];
  /** Also idle threads. */
  readonly idle?: boolean;
  /** Only processes with one of these pids. */
  readonly pids?: readonly number[];
  /** Only threads with one of these kernel ids. */
  readonly tids?: readonly bigint[];
  /** Only threads of which one of these matches the name. */
  readonly threadNames?: readonly NamePattern[];
}

/** What a view shows of a profile. */
export function selectView(profile: Profile, view: View): Selection {
  return selectStates(selectThreads(selectAll(profile), view), view);
}

function selectThreads(all: Selection, { pids, tids, threadNames }: View): Selection {
  let selection = all;
  if (pids?.length) {
    const removes = `processes other than ${pids.join(", ")}`;
    selection = filterProcesses(selection, removes, ({ pid }) => pids.includes(pid));
  }
  if (tids?.length) {
    const removes = `threads other than ${tids.join(", ")}`;
    selection = filterThreads(selection, removes, ({ tid }) => tids.includes(tid));
  }
  if (threadNames?.length) {
    const removes = `threads whose name does not match ${namesPattern(threadNames)}`;
    selection = filterThreads(selection, removes, ({ name }) =>
      threadNames.some((pattern) => pattern.test(name)),
    );
  }
  return selection;
}

function selectStates(all: Selection, { states = [], idle = false }: View): Selection {
  if (states.length === 0) return idle ? all : filterIdle(all);
  return states.reduce(filterState, all);
}
