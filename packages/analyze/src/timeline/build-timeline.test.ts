// SPDX-License-Identifier: MIT
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCapture } from "../read/read-capture.ts";
import { selectAll } from "../select/selection.ts";
import { arbitraryRuns } from "../testing/arbitrary-runs.ts";
import { captureOf, TEST_PERIOD_NANOS, writeCapture } from "../testing/capture-writer.ts";
import { buildTimeline } from "./build-timeline.ts";

const ticks = (count: number): number => count * TEST_PERIOD_NANOS;

describe("buildTimeline", () => {
  it("divides runs among the steps that they reach into", () => {
    const text = "main gil R: a 5\nmain waits S: b 10\nmain R: c 5\nw S: d 20";
    const selection = selectAll(readCapture(captureOf(text, { cpu: true })));
    const { profile } = selection;
    const { parts } = buildTimeline(selection, { stepNanos: ticks(8), idleFunctions: false });
    expect(
      parts.map((part) => ({
        ...part,
        hottest: part.hottest < 0 ? "" : profile.functions[part.hottest]!.name,
      })),
    ).toMatchObject([
      {
        startNanos: 0,
        wallNanos: ticks(16),
        activeNanos: ticks(5),
        gilNanos: ticks(5),
        gilWaitNanos: ticks(3),
        hottest: "a",
        hottestNanos: ticks(5),
      },
      { startNanos: ticks(8), activeNanos: ticks(1), gilWaitNanos: ticks(7), hottest: "c" },
      { startNanos: ticks(16), durationNanos: ticks(4), wallNanos: ticks(8), hottest: "c" },
    ]);
    const idle = buildTimeline(selection, { stepNanos: ticks(8), idleFunctions: true });
    expect(profile.functions[idle.parts[1]!.hottest]!.name).toBe("d");
  });

  it("adds up to the selection, whatever the step", () => {
    fc.assert(
      fc.property(arbitraryRuns, fc.integer({ min: 1, max: ticks(30) }), (runs, step) => {
        const selection = selectAll(readCapture(writeCapture(runs, { cpu: true })));
        const stepNanos = Math.max(step, 100_000);
        const { parts } = buildTimeline(selection, { stepNanos, idleFunctions: true });
        const sum = (key: "wallNanos" | "cpuNanos"): number =>
          parts.reduce((total, part) => total + part[key], 0);
        expect(sum("wallNanos")).toBeCloseTo(selection.totals.wallNanos, -1);
        expect(sum("cpuNanos")).toBeCloseTo(selection.totals.cpuNanos, -1);
        for (const part of parts) {
          expect(part.durationNanos).toBeGreaterThan(0);
          expect(part.hottestNanos).toBeLessThanOrEqual(part.wallNanos + 1);
        }
      }),
    );
  });

  it("has no parts without samples, and refuses a step that cannot be", () => {
    const empty = selectAll(readCapture(captureOf("")));
    expect(buildTimeline(empty, { stepNanos: 1, idleFunctions: true }).parts).toEqual([]);
    const some = selectAll(readCapture(captureOf("main: a 5")));
    for (const stepNanos of [0, -1, Number.NaN, 1]) {
      expect(() => buildTimeline(some, { stepNanos, idleFunctions: true })).toThrow(RangeError);
    }
  });
});
