// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { ForeignRecordingError } from "../../errors.ts";
import { readImport, stackLines, threadLines } from "../testing/read-import.ts";

const FRAMES = [
  { name: "main", file: "a.py", line: 3 },
  { name: "work" },
  { name: "rest", col: 2 },
];

function file(profiles: unknown, more: object = {}): string {
  const $schema = "https://www.speedscope.app/file-format-schema.json";
  return JSON.stringify({ $schema, shared: { frames: FRAMES }, profiles, ...more });
}

const sampled = (samples: unknown, weights: unknown, more: object = {}): object => ({
  type: "sampled",
  name: 'Process 7 Thread 42 "MainThread"',
  unit: "seconds",
  startValue: 0,
  endValue: 1,
  samples,
  weights,
  ...more,
});

describe("a speedscope file", () => {
  it("of py-spy counts samples by their weights", () => {
    const text = file([sampled([[0, 1], [0, 1], [0], []], [0.01, 0.01, 0.02, 0.5])], {
      exporter: "py-spy@0.4.2",
    });
    const profile = readImport("speedscope", text);
    expect(stackLines(profile)).toEqual(["main@a.py:3 2 20", "main@a.py:3;work 2 20"]);
    expect(threadLines(profile)).toEqual(["7/42 MainThread"]);
    expect(profile.recordings[0]!.header.imported!.program).toBe("py-spy@0.4.2");
  });

  it("with events has what lies between them", () => {
    const events = [
      { type: "O", frame: 0, at: 0 },
      { type: "O", frame: 1, at: 10 },
      { type: "C", frame: 1, at: 15.5 },
      { type: "C", frame: 0, at: 20 },
    ];
    const profile = readImport(
      "speedscope",
      file([
        { type: "evented", name: "cpu", unit: "milliseconds", startValue: 0, endValue: 20, events },
        { type: "evented", name: "cpu", unit: "milliseconds", startValue: 0, endValue: 0, events },
      ]),
    );
    expect(stackLines(profile)).toEqual(["main@a.py:3 4 29", "main@a.py:3;work 2 11"]);
    // Two profiles are two threads, also of one name.
    expect(threadLines(profile)).toEqual(["0/0 cpu", "0/0 cpu"]);
  });

  it("of ours is not added up twice", () => {
    const merged = sampled([[0]], [5], { name: "All threads, merged" });
    const text = file([sampled([[0]], [1]), merged], { exporter: "pyspy-analyze@0.1.0" });
    expect(stackLines(readImport("speedscope", text))).toEqual(["main@a.py:3 1 1000"]);
  });

  it.each<[string, string, RegExp]>([
    ["cut off", file([sampled([[0]], [1])]).slice(0, -9), /no valid JSON/],
    ["nested beyond measure", `{"shared":${"[".repeat(200_000)}`, /no valid JSON/],
    ["no frames", '{"profiles":[]}', /there are no frames/],
    ["a frame beyond the table", file([sampled([[3]], [1])]), /names frame 3 of 3/],
    ["a frame that is none", file([sampled([["x"]], [1])]), /names frame "x" of 3/],
    ["a negative weight", file([sampled([[0]], [-1])]), /no weight/],
    ["unequal columns", file([sampled([[0]], [])]), /1 samples and 0 weights/],
    ["bytes", file([sampled([[0]], [1], { unit: "bytes" })]), /unit is bytes/],
    [
      "time that goes back",
      file([
        {
          type: "evented",
          unit: "none",
          events: [
            { type: "O", frame: 0, at: 5 },
            { type: "C", frame: 0, at: 4 },
          ],
        },
      ]),
      /time goes back/,
    ],
  ])("with %s is refused", (_, text, message) => {
    expect(() => readImport("speedscope", text)).toThrow(ForeignRecordingError);
    expect(() => readImport("speedscope", text)).toThrow(message);
  });
});
