import { describe, expect, it } from "vitest";
import { readCapture } from "../read/read-capture.ts";
import { captureOf } from "../testing/capture-writer.ts";
import { parseDuration } from "./duration.ts";
import { parseTimePoint, resolveTimePoint } from "./time-point.ts";

describe("parseDuration", () => {
  it.each([
    ["250ms", 250e6],
    ["1.5s", 1.5e9],
    [".5", 0.5e9],
    ["10", 10e9],
    ["1h 2m3s", 3723e9],
    ["5min", 300e9],
    ["7 µs", 7000],
  ])("%s", (text, nanos) => {
    expect(parseDuration(text)).toBeCloseTo(nanos, 3);
  });

  it.each(["", "s", "1x", "1s2", "-1s", "1,5s", "1e3"])("%j is none", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe("a time point", () => {
  // A second each, from 22:13:20 and from 23:59:59.5 on, UTC of 2023-11-14.
  const evening = readCapture(captureOf("main: f 100"));
  const night = readCapture(
    captureOf("main: f 100", { startRealtimeNanos: 1_700_006_399_500_000_000n }),
  );

  it.each([
    ["0s", 0],
    ["500ms", 0.5e9],
    ["-250ms", 0.75e9],
    ["22:13:20.5", 0.5e9],
    ["22:13:20.5 UTC", 0.5e9],
    ["22:13", -20e9],
    ["2023-11-14T22:13:20.25Z", 0.25e9],
    ["2023-11-14 22:13:21", 1e9],
    ["2023-11-14T23:13:21+01:00", 1e9],
    ["2023-11-15", 6400e9],
  ])("%s", (text, nanos) => {
    expect(resolveTimePoint(parseTimePoint(text), evening)).toBeCloseTo(nanos, -3);
  });

  it("is on the next day where the recording is", () => {
    expect(resolveTimePoint(parseTimePoint("00:00"), night)).toBe(0.5e9);
    expect(resolveTimePoint(parseTimePoint("23:59:59"), night)).toBe(-0.5e9);
  });

  it.each(["", "soon", "25:00", "12:60", "2023-13-01", "--1s", "1:2"])("%j is none", (text) => {
    expect(() => parseTimePoint(text)).toThrow("is no time");
  });
});
