// SPDX-License-Identifier: MIT

import { hide, myCode, show } from "../frames/choose-frames.ts";
import { focus, ignore } from "../frames/choose-stacks.ts";
import { editFrames } from "../frames/edit-frames.ts";
import { foldNative } from "../frames/fold-native.ts";
import { foldRecursion } from "../frames/fold-recursion.ts";
import type { FrameEdit } from "../frames/frame-edit.ts";
import type { FramePattern } from "../frames/frame-pattern.ts";
import { type CodeUnit, mergeCode } from "../frames/merge-code.ts";
import { rootAt, showFrom } from "../frames/reroot.ts";
import type { Profile } from "../model/profile.ts";
import { showNative } from "../native/show-native.ts";
import { foldPlumbing } from "../rules/fold-plumbing.ts";
import type { RulePack } from "../rules/rule-pack.ts";
import { filterTime } from "../select/filter-time.ts";
import {
  filterIdle,
  filterLabels,
  filterState,
  type LabelPattern,
  type ThreadState,
} from "../select/filters.ts";
import type { NamePattern } from "../select/name-pattern.ts";
import { type Recorded, requireRecorded } from "../select/require-recorded.ts";
import { type Selection, selectAll } from "../select/selection.ts";
import { resolveTimeRange, type TimePoint } from "../time/time-point.ts";
import { selectThreads, withRoles } from "./thread-filters.ts";

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
  /** Only what was seen from here on. */
  readonly from?: TimePoint | undefined;
  /** Only what was seen before this. */
  readonly to?: TimePoint | undefined;
  /** Only recordings with these labels; see `filterLabels`. */
  readonly labels?: readonly LabelPattern[];
  /** Only processes with one of these pids. */
  readonly pids?: readonly number[];
  /** Only processes of which one of these matches the role; see `processRoles`. */
  readonly roles?: readonly NamePattern[];
  /** What processes have their roles from; `undefined`: names and command lines. */
  readonly roleFrom?: "cgroup" | undefined;
  /** Only threads with one of these kernel ids. */
  readonly tids?: readonly bigint[];
  /** Only threads of which one of these matches the name. */
  readonly threadNames?: readonly NamePattern[];
  /**
   * Native frames between the Python frames: `undefined` as `true`, where they were recorded. `false`:
   * what a recording without them has, which are no threads without Python either.
   */
  readonly native?: boolean;
  /** With them, also those of the interpreter that only carry calls. */
  readonly interpreter?: boolean;
  /** Only stacks in which a frame matches one of these. */
  readonly focus?: readonly FramePattern[];
  /** No stacks in which a frame matches one of these. */
  readonly ignore?: readonly FramePattern[];
  /** Native frames count as the Python frame that called them. */
  readonly foldNative?: boolean;
  /** Plumbing that is shown as one frame. The roles that these packs give processes hold, too. */
  readonly foldPlumbing?: readonly RulePack[];
  /** Of frames, only those of the program itself, and those that stand for folded plumbing. */
  readonly myCode?: boolean;
  /** Without the frames that match one of these. */
  readonly hide?: readonly FramePattern[];
  /** Of frames, only those that match one of these. */
  readonly show?: readonly FramePattern[];
  /** Stacks from the outermost frame on that matches one of these. */
  readonly showFrom?: readonly FramePattern[];
  /** Stacks from the innermost frame on that matches one of these. */
  readonly rootAt?: readonly FramePattern[];
  /** A function is on a stack once. */
  readonly foldRecursion?: boolean;
  /** What is one frame, if it is more than a function. */
  readonly by?: CodeUnit | undefined;
}

/**
 * What a view shows of a profile. First observations are chosen, by time, threads and states; then stacks,
 * by their frames as recorded; then frames are folded, taken out and put together, in the order of the
 * members of `View`.
 */
export function selectView(profile: Profile, view: View): Selection {
  const chosen = selectStates(
    selectThreads(selectLabels(selectTime(profile, view), view), view),
    view,
  );
  const selection =
    view.native === false ? chosen : showNative(chosen, { interpreter: view.interpreter === true });
  return editFrames(selection, frameEdits(profile, view));
}

function frameEdits(profile: Profile, view: View): FrameEdit[] {
  const edits: FrameEdit[] = [];
  const add = <T>(given: readonly T[] | undefined, edit: (given: readonly T[]) => FrameEdit) => {
    if (given?.length) edits.push(edit(given));
  };
  add(view.focus, focus);
  add(view.ignore, ignore);
  if (view.foldNative) edits.push(foldNative());
  add(view.foldPlumbing, foldPlumbing);
  if (view.myCode) edits.push(myCode(recordedPrefixes(profile)));
  add(view.hide, hide);
  add(view.show, show);
  add(view.showFrom, showFrom);
  add(view.rootAt, rootAt);
  if (view.foldRecursion) edits.push(foldRecursion());
  if (view.by !== undefined) edits.push(mergeCode(view.by));
  return edits;
}

function recordedPrefixes({ processes }: Profile): string[] {
  return [...new Set(processes.flatMap(({ python }) => python?.prefixes ?? []))];
}

function selectTime(recorded: Profile, view: View): Selection {
  const { from, to } = view;
  const profile = withRoles(recorded, view);
  const whole = selectAll(recorded);
  const all = profile === recorded ? whole : { ...whole, profile };
  if (from === undefined && to === undefined) return all;
  requireRecorded(recorded, "times", "a range of time");
  const ends = [...(from ? [`before ${from.text}`] : []), ...(to ? [`from ${to.text} on`] : [])];
  return filterTime(all, `samples ${ends.join(" and ")}`, resolveTimeRange(from, to, profile));
}

function selectLabels(all: Selection, { labels }: View): Selection {
  return labels?.length ? filterLabels(all, labels) : all;
}

const STATE_NEEDS: Readonly<Partial<Record<ThreadState, Recorded>>> = {
  gil: "gil",
  "gil-wait": "gil",
  "on-cpu": "os-state",
  "off-cpu": "os-state",
};

function selectStates(all: Selection, { states = [], idle = false }: View): Selection {
  if (states.length === 0) return idle ? all : filterIdle(all);
  for (const state of states) {
    const need = STATE_NEEDS[state];
    if (need !== undefined) requireRecorded(all.recorded, need, `--${state}`);
  }
  return states.reduce(filterState, all);
}
