// SPDX-License-Identifier: MIT

import { basename } from "node:path";
import {
  filterProcesses,
  filterThreads,
  type NamePattern,
  type Profile,
  type Replicate,
  resolveTimeRange,
  type Selection,
  selectView,
  type TimePoint,
  type TimeRange,
  type View,
} from "@pyspy/analyze";
import type { CliIo } from "../cli-io.ts";
import { UsageError } from "../errors.ts";
import { reportDamage, reportUnfinished } from "../notices.ts";
import type { ParsedOptions } from "../options/parsed-options.ts";
import type { KeptCaptures } from "./kept-captures.ts";
import { readInputs } from "./read-inputs.ts";

/** Files of a side that are named. */
const MOST_NAMES = 3;

/** What the options say of one side of a comparison. */
export interface SideChoice {
  readonly files: readonly string[];
  readonly time: Stretch | undefined;
  readonly pids: readonly number[];
  readonly threads: readonly NamePattern[];
  readonly filter?: SideFilter | undefined;
}

/** Filters of one side alone. */
export interface SideFilter {
  /** As they were written. */
  readonly text: string;
  /** With those of both sides. */
  readonly options: ParsedOptions;
}

/** A stretch of a recording; without an end, all from there or up to there. */
export interface Stretch {
  readonly from: TimePoint | undefined;
  readonly to: TimePoint | undefined;
  /** As it was written. */
  readonly text: string;
}

export interface Side {
  readonly replicates: readonly Replicate[];
  /** "before.pspy, 0 to 30 s": what it is, for people. */
  readonly name: string;
}

/**
 * The files of both sides: two named one after the other, those of `--before` and `--after`, or one
 * for both.
 *
 * @throws UsageError
 */
export function filesOfSides(
  files: readonly string[],
  before: SideChoice,
  after: SideChoice,
): readonly [readonly string[], readonly string[]] {
  if (before.files.length > 0 || after.files.length > 0) {
    if (files.length > 0) {
      throw new UsageError("name the recordings of both sides by --before and --after, or neither");
    }
    if (before.files.length === 0 || after.files.length === 0) {
      throw new UsageError("a side has no recording: --before and --after go together");
    }
    return [before.files, after.files];
  }
  const [first, second, ...more] = files;
  if (first === undefined) throw new UsageError("no capture is named");
  if (more.length > 0) {
    throw new UsageError("more than two captures: say by --before and --after which is which");
  }
  if (second !== undefined) return [[first], [second]];
  if (!isNarrowed(before) && !isNarrowed(after)) {
    throw new UsageError(
      "one capture: say what of it is compared, by --before-time, --after-pid and the like, or --aa",
    );
  }
  return [[first], [first]];
}

function isNarrowed({ time, pids, threads, filter }: SideChoice): boolean {
  return time !== undefined || pids.length > 0 || threads.length > 0 || filter !== undefined;
}

/**
 * Reads captures, each once, whichever sides they are of.
 *
 * @param keep keeps the bytes of a file.
 */
export async function readSides(
  [before, after]: readonly [readonly string[], readonly string[]],
  io: CliIo,
  keep: (path: string) => KeptCaptures | undefined = () => undefined,
): Promise<Map<string, Profile>> {
  const profiles = new Map<string, Profile>();
  for (const path of new Set([...before, ...after])) {
    const { profile, damaged } = await readInputs([path], io, keep(path));
    await reportDamage(damaged, io);
    await reportUnfinished(profile, io);
    profiles.set(path, profile);
  }
  return profiles;
}

/**
 * A side as replicates: its recordings, or the processes or threads that were chosen, of which each
 * counts by itself. What one side chooses and the other does not, the other has the rest of: a worker
 * is compared with its siblings.
 *
 * @throws UsageError when nothing is left of it.
 */
export function makeSide(
  files: readonly string[],
  profiles: ReadonlyMap<string, Profile>,
  choice: SideChoice,
  other: SideChoice,
  view: View,
): Side {
  const rest = files.length === 1 && !isNarrowed(choice) && isNarrowed(other);
  const replicates = files.flatMap((file) => {
    const profile = profiles.get(file)!;
    const sideView = choice.time === undefined ? view : { ...view, ...choice.time };
    const selection = selectView(profile, sideView);
    const selections = rest ? siblings(selection, other) : chosen(selection, choice);
    const within = rangeOf(profile, sideView);
    return selections.map((each): Replicate => ({ selection: each, within }));
  });
  const name = sideName(files, choice, rest, replicates.length);
  if (replicates.length === 0) throw new UsageError(`nothing is left of a side: ${name}`);
  return { replicates, name };
}

function chosen(selection: Selection, { pids, threads }: SideChoice): Selection[] {
  if (threads.length > 0) {
    return eachThread(selection, (name) => threads.some((pattern) => pattern.test(name)));
  }
  if (pids.length > 0)
    return eachProcess(selection, (index) => pids.includes(pidOf(selection, index)));
  return [selection];
}

/** The threads or processes that the other side does not have; of processes, those of the same parent. */
function siblings(selection: Selection, { pids, threads }: SideChoice): Selection[] {
  if (pids.length === 0 && threads.length === 0) return [selection];
  if (threads.length > 0) {
    return eachThread(selection, (name) => !threads.some((pattern) => pattern.test(name)));
  }
  const { processes } = selection.profile;
  const parents = new Set(
    processes.filter(({ pid }) => pids.includes(pid)).map(({ parentPid }) => parentPid),
  );
  return eachProcess(
    selection,
    (index) => !pids.includes(processes[index]!.pid) && parents.has(processes[index]!.parentPid),
  );
}

function pidOf(selection: Selection, process: number): number {
  return selection.profile.processes[process]!.pid;
}

/** One selection for each process that is wanted and was seen. */
function eachProcess(selection: Selection, wanted: (process: number) => boolean): Selection[] {
  const { processes, threads, samples } = selection.profile;
  const seen = new Set<number>();
  for (const run of selection.runs) seen.add(threads[samples.thread[run]!]!.process);
  return processes.flatMap((process, index) =>
    wanted(index) && seen.has(index)
      ? [
          filterProcesses(
            selection,
            `processes other than ${process.pid}`,
            (each) => each === process,
          ),
        ]
      : [],
  );
}

/** One selection for each thread that is wanted and was seen. */
function eachThread(selection: Selection, wanted: (name: string) => boolean): Selection[] {
  const { threads, samples } = selection.profile;
  const seen = new Set<number>();
  for (const run of selection.runs) seen.add(samples.thread[run]!);
  return threads.flatMap((thread, index) =>
    wanted(thread.name) && seen.has(index)
      ? [filterThreads(selection, `threads other than ${thread.name}`, (each) => each === thread)]
      : [],
  );
}

function sideName(
  files: readonly string[],
  choice: SideChoice,
  rest: boolean,
  count: number,
): string {
  const names = files.map((file) => basename(file));
  const others = names.length - MOST_NAMES;
  const parts = [
    others > 0 ? `${names.slice(0, MOST_NAMES).join(", ")} and ${others} more` : names.join(", "),
  ];
  if (choice.filter !== undefined) parts.push(choice.filter.text || "everything");
  if (choice.time !== undefined) parts.push(choice.time.text);
  if (choice.pids.length > 0) parts.push(`process ${choice.pids.join(", ")}`);
  if (choice.threads.length > 0) {
    parts.push(`threads like ${choice.threads.map(({ text }) => text).join(" or ")}`);
  }
  if (rest) parts.push(count === 1 ? "the rest" : `the ${count} others`);
  return parts.join(", ");
}

/** The time that a view looks at, which counts as recorded; `undefined`: all of it. */
function rangeOf(profile: Profile, { from, to }: View): TimeRange[] | undefined {
  if (from === undefined && to === undefined) return undefined;
  return [resolveTimeRange(from, to, profile)];
}
