// SPDX-License-Identifier: MIT
import type { Profile } from "@pyspy/analyze";

/** A frame as a test names it. */
export interface SeenFrame {
  readonly name: string;
  readonly file: string;
  readonly line: number;
}

/** The Python stack of a run, outermost first; empty where none was read. */
export function stackOf(profile: Profile, run: number): SeenFrame[] {
  const { stacks, frames, functions, samples } = profile;
  const stack: SeenFrame[] = [];
  for (let at = samples.stack[run]!; at >= 0; at = stacks.parent[at]!) {
    const frame = stacks.frame[at]!;
    const { name, file } = functions[frames.function[frame]!]!;
    stack.push({ name, file, line: frames.line[frame]! });
  }
  return stack.reverse();
}

/** Function names of a run's stack, outermost first. */
export function namesOf(profile: Profile, run: number): string[] {
  return stackOf(profile, run).map(({ name }) => name);
}

/** The runs of the threads with a name, in the order of time. */
export function runsOf(profile: Profile, threadName: string): number[] {
  const { samples, threads } = profile;
  return allRuns(profile).filter((run) => threads[samples.thread[run]!]!.name === threadName);
}

/** Every run of a profile. */
export function allRuns(profile: Profile): number[] {
  return Array.from({ length: profile.samples.length }, (_, run) => run);
}

/** Observations that runs stand for. */
export function ticksOf(profile: Profile, runs: readonly number[]): number {
  return runs.reduce((sum, run) => sum + profile.samples.ticks[run]!, 0);
}

/** Of the observations of some runs, the share for which something holds; NaN of none. */
export function tickShare(
  profile: Profile,
  runs: readonly number[],
  holds: (run: number) => boolean,
): number {
  return ticksOf(profile, runs.filter(holds)) / ticksOf(profile, runs);
}
