import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { validateProfile } from "../model/validate-profile.ts";
import { readCapture } from "../read/read-capture.ts";
import { arbitraryRuns } from "../testing/arbitrary-runs.ts";
import { captureOf, TEST_PERIOD_NANOS, writeCapture } from "../testing/capture-writer.ts";
import { concatBytes } from "../write/record-writer.ts";
import { filterTime } from "./filter-time.ts";
import { filterIdle } from "./filters.ts";
import { type Selection, selectAll } from "./selection.ts";

const UNITS = ["samples", "wallNanos", "cpuNanos"] as const;

function between(selection: Selection, from: number, to: number): Selection {
  const range = { fromNanos: from * TEST_PERIOD_NANOS, toNanos: to * TEST_PERIOD_NANOS };
  return filterTime(selection, "samples out of range", range);
}

/** Of every tick: the threads seen at it, with what they did. */
function grid({ profile, runs }: Selection): string[] {
  const { samples, threads } = profile;
  return [...runs].flatMap((run) =>
    Array.from({ length: samples.ticks[run]! }, (_, i) => {
      const tick = samples.startNanos[run]! / TEST_PERIOD_NANOS + i;
      return `${tick} ${threads[samples.thread[run]!]!.name} ${samples.stack[run]!}`;
    }),
  );
}

describe("filterTime", { timeout: 60_000 }, () => {
  it("cuts runs at its ends", () => {
    const all = selectAll(
      readCapture(captureOf("main: a 6\nw: b 2\nw: c 4", { cpu: true, blockTicks: 8 })),
    );
    const { profile, runs, totals, steps } = between(all, 1.5, 4);
    expect(runs).toHaveLength(3 - 1);
    expect(totals).toEqual({ runs: 2, samples: 4, wallNanos: 40e6, cpuNanos: 40e6 });
    expect(profile.samples.startNanos).toEqual(Float64Array.of(20e6, 20e6));
    expect(steps).toEqual([
      {
        name: "time",
        removes: "samples out of range",
        dropped: { runs: 1, samples: 8, wallNanos: 80e6, cpuNanos: 80e6 },
      },
    ]);
  });

  it("keeps exactly the observations of its ticks, in any recording, cut or not before", () => {
    const tick = fc.integer({ min: -1, max: 80 }).map((half) => half / 2);
    fc.assert(
      fc.property(arbitraryRuns, arbitraryRuns, tick, tick, tick, (first, second, a, b, c) => {
        const [from, middle, to] = [a, b, c].sort((x, y) => x - y) as [number, number, number];
        const start = (nanos: bigint) => ({ startRealtimeNanos: nanos, hostName: "h", cpu: true });
        const profile = readCapture(
          concatBytes([
            writeCapture(first, start(BigInt(7 * TEST_PERIOD_NANOS))),
            writeCapture(second, start(0n)),
          ]),
        );
        const all = filterIdle(selectAll(profile));
        const whole = between(all, from, to);
        expect(validateProfile(whole.profile)).toEqual([]);
        expect(grid(whole).sort()).toEqual(
          grid(all)
            .filter((line) => Number.parseFloat(line) >= from && Number.parseFloat(line) < to)
            .sort(),
        );
        const [left, right] = [between(whole, from, middle), between(whole, middle, to)];
        for (const unit of UNITS) {
          expect(left.totals[unit] + right.totals[unit]).toBe(whole.totals[unit]);
          const dropped = whole.steps.reduce((sum, step) => sum + step.dropped[unit], 0);
          expect(whole.totals[unit] + dropped).toBe(selectAll(profile).totals[unit]);
        }
      }),
    );
  });
});
