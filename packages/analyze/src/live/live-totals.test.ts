// SPDX-License-Identifier: MIT
import { expect, it } from "vitest";
import { captureOf, TEST_PERIOD_NANOS } from "../testing/capture-writer.ts";
import { LiveReader } from "./live-reader.ts";
import { LiveTotals } from "./live-totals.ts";

// 100 ticks of 10 ms are the second that counts as now.
const windows = new LiveReader().push(
  captureOf("main R: main;old 100\nmain gil R: main;new 60\nmain S: main;wait 40\nb S: wait 200", {
    blockTicks: 20,
    chunkBlocks: 2,
  }),
);

function totalsOf(idle: boolean): LiveTotals {
  const totals = new LiveTotals({ idle });
  for (const { profile } of windows) totals.add(profile);
  return totals;
}

it("adds up all, and the last second", () => {
  const rows = totalsOf(false).rows("function");
  const ticks = Object.fromEntries(
    rows.map(({ label, selfNow, totalNow, self, total }) => [
      label.name,
      [selfNow, totalNow, self, total].map((nanos) => Math.round(nanos / TEST_PERIOD_NANOS)),
    ]),
  );
  expect(ticks).toEqual({ old: [0, 0, 100, 100], new: [60, 60, 60, 60], main: [0, 60, 0, 160] });
});

it("has threads with their time that was not idle, and all of it", () => {
  for (const idle of [false, true]) {
    const rows = totalsOf(idle).rows("thread");
    const ticks = rows.map(({ self, total }) => [
      Math.round(self / TEST_PERIOD_NANOS),
      Math.round(total / TEST_PERIOD_NANOS),
    ]);
    expect(ticks.sort((a, b) => a[0]! - b[0]!)).toEqual([
      [0, 200],
      [160, 200],
    ]);
  }
});

it("says what all threads together do", () => {
  const { now, all, history, threads, processes } = totalsOf(false).status();
  expect([now.ticks, all.ticks, history.length, threads, processes]).toEqual([100, 200, 10, 2, 1]);
  expect(now.gilNanos / now.elapsedNanos).toBeCloseTo(0.6);
  expect(all.activeNanos / all.elapsedNanos).toBeCloseTo(0.8);
});
