// SPDX-License-Identifier: MIT
import { expect, it } from "vitest";
import { EmptyCaptureError, NotACaptureError } from "../errors.ts";
import { selectAll } from "../select/selection.ts";
import { captureOf, TEST_PERIOD_NANOS } from "../testing/capture-writer.ts";
import { hottest } from "../tree/hottest.ts";
import { LiveReader, type LiveWindow } from "./live-reader.ts";

const CAPTURE = captureOf("main R: main;work 10\nmain S: main;wait 6\nother R: other 16", {
  blockTicks: 4,
  chunkBlocks: 2,
});

function readInPieces(bytes: Uint8Array, size: number): LiveWindow[] {
  const reader = new LiveReader();
  const windows: LiveWindow[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    windows.push(...reader.push(bytes.slice(at, at + size)));
  }
  expect(reader.finish().footer).toBeDefined();
  return windows;
}

it.each([1, 7, 100_000])("tells each block by itself, in pieces of %i bytes", (size) => {
  const windows = readInPieces(CAPTURE, size);
  expect(windows.map(({ profile }) => profile.recordings[0]!.ticks.length)).toEqual([4, 4, 4, 4]);
  const self = new Map<string, number>();
  for (const { profile } of windows) {
    for (const row of hottest(selectAll(profile))) {
      self.set(row.label.name, (self.get(row.label.name) ?? 0) + row.self / TEST_PERIOD_NANOS);
    }
  }
  expect(Object.fromEntries(self)).toEqual({ main: 0, work: 10, wait: 6, other: 16 });
});

it("has a block as soon as its last byte is there", () => {
  const reader = new LiveReader();
  let at = 0;
  while (reader.push(CAPTURE.slice(at, at + 1)).length === 0) at++;
  const later = new LiveReader();
  expect(later.push(CAPTURE.slice(0, at))).toEqual([]);
  expect(later.push(CAPTURE.slice(at, at + 1))).toHaveLength(1);
});

it("leaves out what is damaged, counts it, and goes on", () => {
  const bytes = CAPTURE.slice();
  bytes.fill(0xff, 150, 190);
  const reader = new LiveReader();
  expect(reader.push(bytes).length).toBeGreaterThan(0);
  expect(reader.finish().damages).toBeGreaterThan(0);
});

it("refuses what is no capture", () => {
  expect(() => new LiveReader().finish()).toThrow(EmptyCaptureError);
  const reader = new LiveReader();
  reader.push(new TextEncoder().encode("main;work 12\n"));
  expect(() => reader.finish()).toThrow(NotACaptureError);
});
