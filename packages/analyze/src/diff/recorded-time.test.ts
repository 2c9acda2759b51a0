// SPDX-License-Identifier: MIT

import { expect, test } from "vitest";
import { readCapture } from "../read/read-capture.ts";
import { captureOf } from "../testing/capture-writer.ts";
import type { TimeRange } from "../time/time-range.ts";
import { RecordedTime } from "./recorded-time.ts";

const { recordings, ...rest } = readCapture(captureOf("main R: a 1"));

function timeOf(ranges: readonly [number, number][], within?: readonly TimeRange[]): RecordedTime {
  const profile = {
    ...rest,
    recordings: ranges.map(([startNanos, endNanos]) => ({
      ...recordings[0]!,
      startNanos,
      endNanos,
    })),
  };
  return new RecordedTime(profile, within);
}

function spread(time: RecordedTime, start: number, end: number, window = 10): [number, number][] {
  const pieces: [number, number][] = [];
  time.spread(start, end, window, (at, part) => pieces.push([at, part]));
  return pieces;
}

test("what lies in several windows is cut at their limits", () => {
  const time = timeOf([[0, 100]]);
  expect(spread(time, 5, 25)).toEqual([
    [0, 0.25],
    [1, 0.5],
    [2, 0.25],
  ]);
  expect(spread(time, 10, 20)).toEqual([[1, 1]]);
  expect(spread(time, 90, 100)).toEqual([[9, 1]]);
  expect(spread(time, 30, 30)).toEqual([[3, 1]]);
  expect(spread(time, 95, 105)).toEqual([[9, 0.5]]);
});

test("gaps between recordings are no time, and those that overlap are one", () => {
  const time = timeOf([
    [200, 300],
    [0, 45],
    [250, 320],
  ]);
  expect(time.lengthNanos).toBe(45 + 120);
  expect(spread(time, 200, 210)).toEqual([
    [4, 0.5],
    [5, 0.5],
  ]);
  expect(spread(time, 40, 50)).toEqual([[4, 0.5]]);
  expect(spread(time, 100, 150)).toEqual([]);
});

test("only the stretches asked for count", () => {
  const within = [
    { fromNanos: -5, toNanos: 10 },
    { fromNanos: 20, toNanos: 30 },
    { fromNanos: 95, toNanos: 400 },
  ];
  const time = timeOf([[0, 100]], within);
  expect(time.lengthNanos).toBe(10 + 10 + 5);
  expect(spread(time, 5, 25)).toEqual([
    [0, 0.25],
    [1, 0.25],
  ]);
  expect(spread(time, 12, 18)).toEqual([]);
});
