// SPDX-License-Identifier: MIT
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCapture } from "../read/read-capture.ts";
import { filterThreads } from "../select/filters.ts";
import { selectAll } from "../select/selection.ts";
import { waitsForGil } from "../select/states.ts";
import { arbitraryRuns } from "../testing/arbitrary-runs.ts";
import { captureOf, TEST_PERIOD_NANOS, writeCapture } from "../testing/capture-writer.ts";
import { blameGil } from "./blame-gil.ts";
import { HolderIntervals } from "./holder-intervals.ts";

// Ticks 0-5: a holds, b waits; 6-7: nobody; 8-11: c holds in inner, a and b wait. Across chunks.
const TEXT = `
  a gil R: top;work 6
  a S: top;rest 2
  a waits S: top;rest 4
  b waits S: top;want 6
  b waits S: top;want 2
  b waits S: top;other 4
  c S: idle 8
  c gil R: loop;inner;inner 4
`;
const ticks = (count: number): number => count * TEST_PERIOD_NANOS;

describe("blameGil", () => {
  const profile = readCapture(captureOf(TEXT));
  const all = selectAll(profile);
  const nameOf = (thread: number): string => profile.threads[thread]!.name;
  const functionName = (index: number): string => profile.functions[index]!.name;

  it("says who waited for whom, and for how long", () => {
    const blame = blameGil(all);
    expect(blame).toMatchObject({
      known: true,
      heldNanos: ticks(10),
      waitedNanos: ticks(16),
      unattributedNanos: ticks(2),
    });
    const pairs = blame.pairs.map((p) => [nameOf(p.waiter), nameOf(p.holder), p.nanos]);
    expect(pairs.sort()).toEqual([
      ["a", "c", ticks(4)],
      ["b", "a", ticks(6)],
      ["b", "c", ticks(4)],
    ]);
    expect(
      blame.threads.map((t) => [
        nameOf(t.thread),
        t.blamedNanos,
        t.heldNanos,
        t.longestHoldNanos,
        t.waitedNanos,
      ]),
    ).toEqual([
      ["c", ticks(8), ticks(4), ticks(4), 0],
      ["a", ticks(6), ticks(6), ticks(6), ticks(4)],
      ["b", 0, 0, 0, ticks(12)],
    ]);
  });

  it("says what the holder ran meanwhile; recursion counts once", () => {
    const functions = blameGil(all).functions.map((f) => [
      functionName(f.function),
      f.selfNanos,
      f.totalNanos,
    ]);
    expect(functions).toEqual([
      ["inner", ticks(8), ticks(8)],
      ["work", ticks(6), ticks(6)],
      ["loop", 0, ticks(8)],
      ["top", 0, ticks(6)],
    ]);
  });

  it("of one thread tells what that one waited for, whoever held it", () => {
    const blame = blameGil(filterThreads(all, "others", ({ name }) => name === "a"));
    expect(blame).toMatchObject({ waitedNanos: ticks(4), heldNanos: ticks(6) });
    expect(blame.pairs.map((p) => nameOf(p.holder))).toEqual(["c"]);
  });

  it("divides every wait, and tells no moment of it twice", () => {
    fc.assert(
      fc.property(arbitraryRuns, (runs) => {
        const generated = selectAll(readCapture(writeCapture(runs)));
        const { samples } = generated.profile;
        const holders = new HolderIntervals(generated.profile);
        for (const run of generated.runs) {
          let told = 0;
          holders.during(run, (_, nanos) => {
            expect(nanos).toBeGreaterThan(0);
            told += nanos;
          });
          expect(told).toBeCloseTo(samples.wallNanos[run]!, 0);
        }
        const blame = blameGil(generated);
        const waited = [...generated.runs]
          .filter((run) => waitsForGil(samples, run))
          .reduce((sum, run) => sum + samples.wallNanos[run]!, 0);
        const blamed = blame.pairs.reduce((sum, { nanos }) => sum + nanos, 0);
        expect(blame.waitedNanos).toBeCloseTo(waited, 0);
        expect(blamed + blame.unattributedNanos).toBeCloseTo(waited, 0);
        expect(blame.threads.reduce((sum, t) => sum + t.blamedNanos, 0)).toBeCloseTo(blamed, 0);
      }),
    );
  });
});
