// SPDX-License-Identifier: MIT

import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readCapture, readCaptures } from "../read/read-capture.ts";
import { captureOf } from "../testing/capture-writer.ts";
import { selectView } from "../view/select-view.ts";
import { type Selection, selectAll, type Totals } from "./selection.ts";
import { splitTime } from "./split-time.ts";

const RECORDINGS = new URL("../../../../samples/recordings/", import.meta.url);
const captures = readdirSync(RECORDINGS)
  .filter((name) => name.endsWith(".pspy"))
  .map((name) => readFileSync(new URL(name, RECORDINGS)));

function sums(selections: readonly Selection[]): Omit<Totals, "runs"> {
  const sum = (value: (totals: Totals) => number): number =>
    selections.reduce((all, { totals }) => all + value(totals), 0);
  return {
    samples: sum(({ samples }) => samples),
    wallNanos: sum(({ wallNanos }) => wallNanos),
    cpuNanos: sum(({ cpuNanos }) => cpuNanos),
  };
}

it("windows add up to the selection, and no observation is in another window", () => {
  const profiles = [...captures.map((bytes) => readCapture(bytes)), readCaptures(captures)];
  for (const profile of profiles) {
    for (const view of [
      {},
      { idle: true },
      { states: ["gil"] } as const,
      { by: "file" } as const,
    ]) {
      const selection = selectView(profile, view);
      for (const windowNanos of [70e6, 1e9, 10e9]) {
        const windows = [...splitTime(selection, windowNanos)];
        expect(sums(windows.map((window) => window.selection))).toEqual(sums([selection]));
        let end = Number.NEGATIVE_INFINITY;
        for (const { fromNanos, toNanos, selection: part } of windows) {
          expect(fromNanos).toBeGreaterThanOrEqual(end);
          end = toNanos;
          for (const run of part.runs) {
            const start = part.profile.samples.startNanos[run]!;
            expect(start >= fromNanos && start < toNanos).toBe(true);
          }
        }
      }
    }
  }
});

it("a run is cut at the ends of windows", () => {
  const selection = selectAll(readCapture(captureOf("main R: main 25\nother S: wait 3")));
  const windows = [...splitTime(selection, 100e6)];
  expect(
    windows.map(({ fromNanos, selection: { totals } }) => [fromNanos, totals.samples]),
  ).toEqual([
    [0, 13],
    [100e6, 10],
    [200e6, 5],
  ]);
});

it("windows without an observation are left out, however many there are", () => {
  const second = captureOf("main R: main 2", { startRealtimeNanos: 1_800_000_000_000_000_000n });
  const profile = readCaptures([captureOf("main R: main 2"), second]);
  const windows = [...splitTime(selectAll(profile), 1e6)];
  expect(windows.map(({ selection: { totals } }) => totals.samples)).toEqual([1, 1, 1, 1]);
});
