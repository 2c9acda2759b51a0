import { StateFlag } from "@pyspy/schemas";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Profile } from "../model/profile.ts";
import { validateProfile } from "../model/validate-profile.ts";
import { arbitraryRuns } from "../testing/arbitrary-runs.ts";
import { TEST_PERIOD_NANOS, writeCapture } from "../testing/capture-writer.ts";
import type { TextRun } from "../testing/stack-text.ts";
import { concatBytes } from "../write/record-writer.ts";
import { readCapture, readCaptures } from "./read-capture.ts";

const sizes = fc.record({
  blockTicks: fc.integer({ min: 1, max: 9 }),
  chunkBlocks: fc.integer({ min: 1, max: 3 }),
});

/** The flags that the captures of tests always have. */
const ALWAYS_KNOWN =
  StateFlag.STATE_GIL_KNOWN | StateFlag.STATE_STACK_KNOWN | StateFlag.STATE_CPU_KNOWN;

/** Ticks of every (thread, state, stack), as a sorted list of lines. */
function ticksOf(entries: Iterable<readonly [string, number]>): string[] {
  const ticks = new Map<string, number>();
  for (const [key, count] of entries) ticks.set(key, (ticks.get(key) ?? 0) + count);
  return [...ticks].map(([key, count]) => `${key} ${count}`).sort();
}

function expected(runs: readonly TextRun[]): string[] {
  return ticksOf(
    runs.map((run) => [
      `${run.thread} ${run.flags} ${run.osState} ${run.frames.join(";")}`,
      run.ticks,
    ]),
  );
}

function found({ samples, stacks, frames, functions, threads }: Profile): string[] {
  const text = (stack: number): string[] => {
    if (stack < 0) return [];
    const frame = stacks.frame[stack]!;
    const { name } = functions[frames.function[frame]!]!;
    return [...text(stacks.parent[stack]!), `${name}:${frames.line[frame]}`];
  };
  return ticksOf(
    Array.from({ length: samples.length }, (_, run) => {
      const state = samples.osState[run] === 0 ? "" : String.fromCharCode(samples.osState[run]!);
      const flags = samples.flags[run]! & ~ALWAYS_KNOWN;
      const thread = threads[samples.thread[run]!]!.name;
      const stack = text(samples.stack[run]!).join(";");
      return [`${thread} ${flags} ${state} ${stack}`, samples.ticks[run]!];
    }),
  );
}

describe("readCapture", { timeout: 60_000 }, () => {
  it("finds what was written, whatever the sizes of blocks and chunks", () => {
    fc.assert(
      fc.property(arbitraryRuns, sizes, (runs, options) => {
        const profile = readCapture(writeCapture(runs, options));
        expect(profile.damage).toEqual([]);
        expect(validateProfile(profile)).toEqual([]);
        expect(found(profile)).toEqual(expected(runs));
        const ticks = runs.reduce((sum, run) => sum + run.ticks, 0);
        const wall = profile.samples.wallNanos.reduce((sum, nanos) => sum + nanos, 0);
        expect(wall).toBe(ticks * TEST_PERIOD_NANOS);
      }),
    );
  });

  it("reads concatenated files as the sum of them, in one input or in several", () => {
    fc.assert(
      fc.property(arbitraryRuns, arbitraryRuns, (first, second) => {
        const files = [
          writeCapture(first, { hostName: "h", startRealtimeNanos: 5_000_000_000n }),
          writeCapture(second, { hostName: "h", startRealtimeNanos: 1_000_000_000n }),
        ];
        for (const profile of [readCapture(concatBytes(files)), readCaptures(files)]) {
          expect(validateProfile(profile)).toEqual([]);
          expect(profile.damage).toEqual([]);
          expect(profile.recordings).toHaveLength(2);
          expect(profile.originRealtimeNanos).toBe(1_000_000_000n);
          expect(profile.recordings.map(({ startNanos }) => startNanos)).toEqual([4e9, 0]);
          expect(found(profile)).toEqual(expected([...first, ...second]));
        }
      }),
    );
  });
});
