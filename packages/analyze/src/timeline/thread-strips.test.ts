// SPDX-License-Identifier: MIT
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCapture } from "../read/read-capture.ts";
import { selectAll } from "../select/selection.ts";
import { arbitraryRuns } from "../testing/arbitrary-runs.ts";
import { captureOf, TEST_PERIOD_NANOS, writeCapture } from "../testing/capture-writer.ts";
import { ACTIVITIES, buildThreadStrips } from "./thread-strips.ts";

describe("buildThreadStrips", () => {
  it("tells of each step what the thread did", () => {
    const text = "w S: d 4\nmain gil R: a 2\nmain waits S: b 1\nmain R: c 1";
    const selection = selectAll(readCapture(captureOf(text)));
    const toNanos = 4 * TEST_PERIOD_NANOS;
    const strips = buildThreadStrips(selection, { fromNanos: 0, toNanos, steps: 4 });
    const row = (activity: (typeof ACTIVITIES)[number], at: number): number[] =>
      [...strips.nanos[activity].subarray(at * 4, at * 4 + 4)].map((n) => n / TEST_PERIOD_NANOS);
    const names = strips.threads.map((thread) => selection.profile.threads[thread]!.name);
    const main = names.indexOf("main");
    expect(row("gil", main)).toEqual([1, 1, 0, 0]);
    expect(row("wait", main)).toEqual([0, 0, 1, 0]);
    expect(row("run", main)).toEqual([0, 0, 0, 1]);
    expect(row("idle", 1 - main)).toEqual([1, 1, 1, 1]);
  });

  it("adds up to what was observed in its time", () => {
    fc.assert(
      fc.property(arbitraryRuns, fc.integer({ min: 1, max: 50 }), (runs, steps) => {
        const selection = selectAll(readCapture(writeCapture(runs, {})));
        const { samples } = selection.profile;
        const toNanos = Math.max(
          1,
          ...samples.startNanos.map((at, i) => at + samples.wallNanos[i]!),
        );
        const { nanos } = buildThreadStrips(selection, { fromNanos: 0, toNanos, steps });
        const sum = ACTIVITIES.reduce(
          (all, activity) => all + nanos[activity].reduce((part, each) => part + each, 0),
          0,
        );
        const { wallNanos } = selection.totals;
        expect(Math.abs(sum - wallNanos)).toBeLessThanOrEqual(1e-5 * wallNanos + 1);
      }),
    );
  });
});
