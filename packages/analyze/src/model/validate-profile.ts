// SPDX-License-Identifier: MIT
import type { CodeAddresses, FrameTable, Profile, SampleTable, StackTable } from "./profile.ts";

/**
 * Checks the rules that the types of a profile state: indexes are within their tables, parents
 * stand before their children, runs have observations and times are numbers.
 *
 * @returns the rules that are broken, in words; none for a profile that a reader made.
 */
export function validateProfile(profile: Profile): string[] {
  const { processes, threads, functions, frames, stacks, samples, recordings } = profile;
  const broken: string[] = [];
  const within = (what: string, column: ArrayLike<number>, least: number, end: number): void => {
    for (let i = 0; i < column.length; i++) {
      const value = column[i]!;
      if (value >= least && value < end) continue;
      broken.push(`${what}[${i}] is ${value}, not in [${least}, ${end})`);
      return;
    }
  };
  const lengths = (
    what: string,
    table: FrameTable | StackTable | SampleTable | CodeAddresses,
  ): void => {
    for (const [name, column] of Object.entries(table)) {
      if (typeof column === "number" || column.length === table.length) continue;
      broken.push(`${what}.${name} has another length than its table`);
    }
  };
  const parents = (what: string, { parent }: StackTable): void => {
    parent.forEach((above, stack) => {
      if (above < -1 || above >= stack) broken.push(`${what} ${stack} has the parent ${above}`);
    });
  };
  lengths("frames", frames);
  lengths("stacks", stacks);
  lengths("samples", samples);
  within(
    "process.recording",
    processes.map((process) => process.recording),
    0,
    recordings.length,
  );
  within(
    "thread.process",
    threads.map((thread) => thread.process),
    0,
    processes.length,
  );
  within("frames.function", frames.function, 0, functions.length);
  within("frames.line", frames.line, 0, 2 ** 31);
  within("frames.column", frames.column, -1, 2 ** 31);
  within("frames.address", frames.address, -1, profile.native?.addresses.length ?? 0);
  within("stacks.frame", stacks.frame, 0, frames.length);
  within("samples.thread", samples.thread, 0, threads.length);
  within("samples.stack", samples.stack, -1, stacks.length);
  within("samples.ticks", samples.ticks, 1, 2 ** 32);
  within("samples.wallNanos", samples.wallNanos, 0, Number.POSITIVE_INFINITY);
  within("samples.cpuNanos", samples.cpuNanos, 0, Number.POSITIVE_INFINITY);
  within("samples.startNanos", samples.startNanos, 0, Number.POSITIVE_INFINITY);
  const { native } = profile;
  within("samples.nativeStack", samples.nativeStack, -1, native?.stacks.length ?? 0);
  if (native !== undefined) {
    lengths("native.frames", native.frames);
    lengths("native.stacks", native.stacks);
    within("native.frames.function", native.frames.function, 0, native.functions.length);
    within("native.stacks.frame", native.stacks.frame, 0, native.frames.length);
    parents("native stack", native.stacks);
    const { addresses, mappings } = native;
    lengths("native.addresses", addresses);
    within("native.frames.address", native.frames.address, 0, addresses.length);
    within("native.addresses.mapping", addresses.mapping, -1, mappings.length);
  }
  parents("stack", stacks);
  recordings.forEach(({ startNanos, endNanos }, i) => {
    if (!(endNanos >= startNanos)) broken.push(`recording ${i} ends before it starts`);
  });
  return broken;
}
