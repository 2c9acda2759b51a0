// SPDX-License-Identifier: MIT
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCapture } from "../read/read-capture.ts";
import { filterState } from "../select/filters.ts";
import { selectAll } from "../select/selection.ts";
import { arbitraryRuns } from "../testing/arbitrary-runs.ts";
import { captureOf, TEST_PERIOD_NANOS, writeCapture } from "../testing/capture-writer.ts";
import { findStalls } from "./find-stalls.ts";
import type { StallOptions } from "./stall.ts";

const ticks = (count: number): number => count * TEST_PERIOD_NANOS;
const OPTIONS: StallOptions = { leastNanos: ticks(5), blocked: false, lines: false };

// Across chunks: 4 ticks a block, 2 blocks a chunk.
const TEXT = `
  main gil R: loop;work:1 6
  main gil R: loop;work:2 5
  main waits S: loop;work:3 2
  main R: loop 1
  main S: loop;read 12
  other waits S: x;y 9
  other R: x 4
`;

describe("findStalls", () => {
  const profile = readCapture(captureOf(TEXT, { cpu: true }));
  const find = (options: Partial<StallOptions> = {}) =>
    findStalls(selectAll(profile), { ...OPTIONS, ...options }).stalls.map((stall) => ({
      kind: stall.kind,
      thread: profile.threads[stall.thread]!.name,
      at: stall.startNanos,
      lasted: stall.durationNanos,
      in: profile.functions[profile.frames.function[profile.stacks.frame[stall.stack]!]!]!.name,
    }));

  it("finds the times on one stack and with the GIL, the longest first", () => {
    expect(find()).toEqual([
      { kind: "stack", thread: "main", at: 0, lasted: ticks(13), in: "work" },
      { kind: "gil", thread: "main", at: 0, lasted: ticks(11), in: "work" },
      { kind: "stack", thread: "other", at: 0, lasted: ticks(9), in: "y" },
    ]);
  });

  it("finds blocked threads when asked", () => {
    expect(find({ blocked: true })).toContainEqual({
      kind: "stack",
      thread: "main",
      at: ticks(14),
      lasted: ticks(12),
      in: "read",
    });
  });

  it("ends a stack at another line when asked", () => {
    expect(find({ lines: true }).map(({ lasted }) => lasted)).toEqual([
      ticks(11),
      ticks(9),
      ticks(6),
      ticks(5),
    ]);
  });

  it("says what the thread did, and how long others waited", () => {
    const [onStack, holding] = findStalls(selectAll(profile), OPTIONS).stalls;
    expect(onStack).toMatchObject({ samples: 13, cpuNanos: ticks(13), blamedNanos: 0 });
    expect(onStack!.gilShare).toBeCloseTo(11 / 13);
    expect(onStack!.gilWaitShare).toBeCloseTo(2 / 13);
    expect(holding).toMatchObject({ gilShare: 1, idleShare: 0, blamedNanos: ticks(9) });
  });

  it("takes what a filter left out for an interruption", () => {
    const holding = filterState(selectAll(profile), "gil");
    expect(findStalls(holding, OPTIONS).stalls.map((s) => [s.kind, s.durationNanos])).toEqual([
      ["stack", ticks(11)],
      ["gil", ticks(11)],
    ]);
  });

  it("never finds more time than a thread has, nor anything shorter than asked", () => {
    fc.assert(
      fc.property(arbitraryRuns, fc.integer({ min: 1, max: 8 }), (runs, least) => {
        const selection = selectAll(readCapture(writeCapture(runs)));
        const options = { ...OPTIONS, leastNanos: ticks(least), blocked: true };
        const { stalls } = findStalls(selection, options);
        for (const kind of ["stack", "gil"]) {
          const ofKind = stalls.filter((stall) => stall.kind === kind);
          for (const stall of ofKind) {
            expect(stall.durationNanos).toBeGreaterThanOrEqual(ticks(least));
          }
          const found = ofKind.reduce((sum, { samples }) => sum + samples, 0);
          expect(found).toBeLessThanOrEqual(selection.totals.samples);
        }
      }),
    );
  });
});
