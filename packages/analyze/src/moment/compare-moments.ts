// SPDX-License-Identifier: MIT
import type { FrameLabel } from "../model/call-tree.ts";
import type { Profile } from "../model/profile.ts";
import { isIdle } from "../select/states.ts";
import type { ThreadMoment } from "./threads-at.ts";

/** What a thread was in at one of several moments; it does not refer to a profile. */
export interface ThreadStand {
  readonly pid: number;
  readonly tid: bigint;
  readonly pythonThreadId: bigint;
  readonly name: string;
  /** Outermost first, with lines. */
  readonly frames: readonly FrameLabel[];
  readonly idle: boolean;
  /** CPU time that it used since the moment before. */
  readonly cpuNanos: number;
}

/** What became of a thread over several moments. */
export interface ThreadChange {
  /** As it was at the last moment that has it. */
  readonly last: ThreadStand;
  /** Moments that have it. */
  readonly seen: number;
  /** CPU time from the first of them to the last. */
  readonly cpuNanos: number;
  /**
   * - `waits`: the same stack each time, and idle.
   * - `stays`: the same stack each time, and not always idle: busy with one line.
   * - `below`: the stacks begin alike, and differ below `common`.
   * - `elsewhere`: they have nothing in common.
   */
  readonly verdict: "waits" | "stays" | "below" | "elsewhere";
  /** What all of its stacks begin with, outermost first. */
  readonly common: readonly FrameLabel[];
}

/** The threads of a moment that have a stack. */
export function threadStands(profile: Profile, moments: readonly ThreadMoment[]): ThreadStand[] {
  const { samples, threads, processes } = profile;
  return moments.flatMap(({ thread, run }): ThreadStand[] => {
    if (run === undefined) return [];
    const { process, tid, pythonThreadId, name } = threads[thread]!;
    return [
      {
        pid: processes[process]!.pid,
        tid,
        pythonThreadId,
        name,
        frames: labelsOf(profile, samples.stack[run]!),
        idle: isIdle(samples, run),
        cpuNanos: samples.cpuNanos[run]!,
      },
    ];
  });
}

/** Says of each thread that is in two moments or more whether it moved between them. */
export function compareMoments(moments: readonly (readonly ThreadStand[])[]): ThreadChange[] {
  const byThread = new Map<string, ThreadStand[]>();
  for (const stand of moments.flat()) {
    const key = `${stand.pid} ${stand.tid} ${stand.pythonThreadId}`;
    const stands = byThread.get(key);
    if (stands === undefined) byThread.set(key, [stand]);
    else stands.push(stand);
  }
  return [...byThread.values()].filter((stands) => stands.length > 1).map(changeOf);
}

function changeOf(stands: readonly ThreadStand[]): ThreadChange {
  const last = stands.at(-1)!;
  const common = last.frames.slice(
    0,
    Math.min(...stands.map(({ frames }) => commonLength(frames, last.frames))),
  );
  const same = stands.every(({ frames }) => frames.length === common.length);
  const verdict = same
    ? stands.every(({ idle }) => idle)
      ? "waits"
      : "stays"
    : common.length > 0
      ? "below"
      : "elsewhere";
  const cpuNanos = stands.slice(1).reduce((sum, stand) => sum + stand.cpuNanos, 0);
  return { last, seen: stands.length, cpuNanos, verdict, common };
}

function commonLength(a: readonly FrameLabel[], b: readonly FrameLabel[]): number {
  let length = 0;
  while (length < a.length && length < b.length && isSame(a[length]!, b[length]!)) length++;
  return length;
}

function isSame(a: FrameLabel, b: FrameLabel): boolean {
  return a.name === b.name && a.file === b.file && a.line === b.line && a.kind === b.kind;
}

function labelsOf({ stacks, frames, functions }: Profile, stack: number): FrameLabel[] {
  const labels: FrameLabel[] = [];
  for (let at = stack; at >= 0; at = stacks.parent[at]!) {
    const frame = stacks.frame[at]!;
    const { name, file, module } = functions[frames.function[frame]!]!;
    const kind = module === undefined ? "python" : "native";
    labels.push({ kind, name, file, line: frames.line[frame]! });
  }
  return labels.reverse();
}
