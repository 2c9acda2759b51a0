// SPDX-License-Identifier: MIT
import { expect, it } from "vitest";
import { readCapture } from "../read/read-capture.ts";
import { selectAll } from "../select/selection.ts";
import { captureOf, TEST_PERIOD_NANOS } from "../testing/capture-writer.ts";
import { threadsAt } from "./threads-at.ts";

const selection = selectAll(
  readCapture(captureOf("a S: x 3\na S: y 5\nb gil R: p;q 2\nb S: p 2", { blockTicks: 8 })),
);
const { threads, samples, functions, frames, stacks } = selection.profile;

function at(ticks: number) {
  return threadsAt(selection, ticks * TEST_PERIOD_NANOS).threads.map(
    ({ thread, run, sinceNanos, untilNanos }) => [
      threads[thread]!.name,
      run === undefined
        ? undefined
        : functions[frames.function[stacks.frame[samples.stack[run]!]!]!]!.name,
      Math.round((sinceNanos / TEST_PERIOD_NANOS) * 10) / 10,
      Math.round((untilNanos / TEST_PERIOD_NANOS) * 10) / 10,
    ],
  );
}

it("says what each thread was on at a moment, the holder of the GIL first", () => {
  expect(at(1.5)).toEqual([
    ["b", "q", 1.5, 0.5],
    ["a", "x", 1.5, 1.5],
  ]);
  expect(at(3)).toEqual([
    ["a", "y", 0, 5],
    ["b", "p", 1, 1],
  ]);
});

it("has threads that had ended, and nothing beyond the recording", () => {
  expect(at(6)).toEqual([
    ["a", "y", 3, 2],
    ["b", undefined, 0, 0],
  ]);
  expect(at(99).map(([, name]) => name)).toEqual([undefined, undefined]);
});
