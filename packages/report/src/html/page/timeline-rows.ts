// SPDX-License-Identifier: MIT

import { ACTIVITIES, type Activity, type Profile, type ThreadStrips } from "@pyspy/analyze";
import { threadNames } from "../../document/thread-names.ts";
import { processTitle } from "../../heading/recorded-title.ts";
import { visibleExcerpt } from "../../text/visible-text.ts";

/** Rows beyond which processes begin closed: what fits on a screen is shown. */
const MOST_OPEN_ROWS = 40;
const LONGEST_NAME = 80;

/** A thread over time, or all threads of a process. */
export interface TimelineRow {
  readonly name: string;
  /** Index in `profile.processes`. */
  readonly process: number;
  /** Index in `profile.threads`; `undefined`: the row is of the process. */
  readonly thread: number | undefined;
  /** How many threads it is of. */
  readonly threads: number;
  /** Nanoseconds of each step, of a process at most the step's own: what one of its threads did. */
  readonly nanos: Readonly<Record<Activity, Float32Array>>;
}

/** The rows of a timeline: of several processes one each, with its threads below where it is open. */
export class TimelineRows {
  readonly #groups: readonly { readonly head: TimelineRow; readonly threads: TimelineRow[] }[];
  readonly #open = new Set<number>();

  constructor(profile: Profile, strips: ThreadStrips) {
    const nameOf = threadNames(profile);
    const groups = new Map<number, TimelineRow[]>();
    strips.threads.forEach((thread, row) => {
      const { process } = profile.threads[thread]!;
      const threads = groups.get(process) ?? [];
      groups.set(process, threads);
      const nanos = eachActivity((activity) => {
        const { steps } = strips;
        return strips.nanos[activity].subarray(row * steps, (row + 1) * steps);
      });
      threads.push({ name: nameOf(thread), process, thread, threads: 1, nanos });
    });
    this.#groups = [...groups].map(([process, threads]) => ({
      threads,
      head: {
        name: processName(profile, process, threads.length),
        process,
        thread: undefined,
        threads: threads.length,
        nanos: together(threads, strips),
      },
    }));
    if (strips.threads.length + this.#groups.length <= MOST_OPEN_ROWS) this.openAll(true);
  }

  /** Whether there are processes that can be opened and closed. */
  get foldable(): boolean {
    return this.#groups.length > 1 && this.#groups.some(({ threads }) => threads.length > 1);
  }

  get allOpen(): boolean {
    return this.#open.size === this.#groups.length;
  }

  /** Those that are shown, in their order. */
  get shown(): readonly TimelineRow[] {
    if (this.#groups.length === 1) return this.#groups[0]!.threads;
    return this.#groups.flatMap(({ head, threads }) =>
      head.threads > 1 && this.#open.has(head.process) ? [head, ...threads] : [head],
    );
  }

  /** Whether the threads of a process are shown; `undefined`: there is nothing to open. */
  isOpen({ process, threads }: TimelineRow): boolean | undefined {
    return threads > 1 ? this.#open.has(process) : undefined;
  }

  toggle({ process }: TimelineRow): void {
    if (!this.#open.delete(process)) this.#open.add(process);
  }

  openAll(open: boolean): void {
    this.#open.clear();
    if (open) for (const { head } of this.#groups) this.#open.add(head.process);
  }
}

function processName(profile: Profile, process: number, threads: number): string {
  const { pid, ...rest } = profile.processes[process]!;
  // Directories are long, and mostly those of all of them.
  const title = visibleExcerpt(processTitle({ pid, ...rest }), LONGEST_NAME).replace(/\S*\//g, "");
  return `${pid} ${title}${threads > 1 ? ` (${threads})` : ""}`;
}

function eachActivity(of: (activity: Activity) => Float32Array): Record<Activity, Float32Array> {
  return Object.fromEntries(ACTIVITIES.map((activity) => [activity, of(activity)])) as Record<
    Activity,
    Float32Array
  >;
}

/** A process holds the GIL, waits for it or runs while one of its threads does: in that order, as far as there is time. */
function together(threads: readonly TimelineRow[], strips: ThreadStrips) {
  const { steps, fromNanos, toNanos } = strips;
  const stepNanos = (toNanos - fromNanos) / steps;
  const left = new Float32Array(steps);
  for (const { nanos } of threads) {
    for (let step = 0; step < steps; step++) {
      const seen = ACTIVITIES.reduce((sum, activity) => sum + nanos[activity][step]!, 0);
      // While any of them was there, the process was.
      left[step] = Math.min(stepNanos, Math.max(left[step]!, seen));
    }
  }
  return eachActivity((activity) => {
    const sums = new Float32Array(steps);
    for (let step = 0; step < steps; step++) {
      const all = threads.reduce((sum, { nanos }) => sum + nanos[activity][step]!, 0);
      sums[step] = Math.min(all, left[step]!);
      left[step]! -= sums[step]!;
    }
    return sums;
  });
}
