// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  hottest,
  type Profile,
  readCapture,
  readCaptures,
  selectAll,
  selectView,
  thinCapture,
} from "../index.ts";
import { captureOf } from "../testing/capture-writer.ts";
import { withNative } from "../testing/native-stacks.ts";

/** A sample recording. */
function sample(name: string): Uint8Array {
  return readFileSync(new URL(`../../../../samples/recordings/${name}.pspy`, import.meta.url));
}

const rows = (profile: Profile) => hottest(selectAll(profile), { lines: true });

test.each(["web_like", "pool", "states", "event_loop", "two_threads"])(
  "%s packed anew is the same recording",
  (name) => {
    const profile = readCapture(sample(name));
    const packed = readCapture(thinCapture(profile, 1));
    expect(packed.damage).toEqual([]);
    expect(packed.threads).toEqual(profile.threads);
    expect(packed.processes).toEqual(profile.processes);
    expect(packed.functions.length).toBeLessThanOrEqual(profile.functions.length);
    expect(packed.recordings[0]!.notes[0]!.text).toMatch(/^Packed anew/);
    expect(rows(packed).map(({ label }) => label)).toEqual(rows(profile).map(({ label }) => label));
    rows(packed).forEach(({ self, total }, at) => {
      // Times are in microseconds.
      expect(self / 1e6).toBeCloseTo(rows(profile)[at]!.self / 1e6, 1);
      expect(total / 1e6).toBeCloseTo(rows(profile)[at]!.total / 1e6, 1);
    });
  },
);

test("shares are right within the noise of the ticks that are left", () => {
  const profile = readCapture(sample("web_like"));
  const thinned = readCapture(thinCapture(profile, 10));
  const { ticks, rateHertz, notes } = thinned.recordings[0]!;
  expect(ticks.length).toBe(Math.ceil(profile.recordings[0]!.ticks.length / 10));
  expect(rateHertz).toBe(25);
  expect(notes[0]!.text).toBe(
    `Thinned to fit into a page: one tick in 10 of the recording is here, ${ticks.length} in all, and counts for 10.`,
  );
  const shares = (of: Profile): Map<string, number> => {
    const { totals } = selectAll(of);
    return new Map(
      hottest(selectAll(of)).map(({ label, self }) => [label.name, self / totals.wallNanos]),
    );
  };
  const before = shares(profile);
  for (const [name, share] of shares(thinned)) {
    const whole = before.get(name)!;
    // Four standard errors of as many ticks, for one of four threads.
    expect(Math.abs(share - whole)).toBeLessThan(
      4 * Math.sqrt((Math.max(whole, 0.01) * (1 - whole)) / ticks.length),
    );
  }
  const cpu = (of: Profile): number => selectAll(of).totals.cpuNanos / 1e9;
  expect(cpu(thinned)).toBeGreaterThan(0.75 * cpu(profile));
  expect(cpu(thinned)).toBeLessThan(1.25 * cpu(profile));
});

test("several recordings stay several, on one axis", () => {
  const both = readCaptures([sample("pool"), sample("states")]);
  const packed = readCapture(thinCapture(both, 1));
  expect(packed.recordings.map(({ startNanos }) => Math.round(startNanos / 1e3))).toEqual(
    both.recordings.map(({ startNanos }) => Math.round(startNanos / 1e3)),
  );
  expect(packed.processes.length).toBe(both.processes.length);
  expect(selectAll(packed).totals.samples).toBe(selectAll(both).totals.samples);
});

test("native stacks are kept, with where they stand", () => {
  const python = readCapture(captureOf("main R: work;sort 3\nmain R: work 4"));
  const profile = withNative(python, {
    native: ["start;eval*;sort", "start;python:eval*"],
    entries: ["work"],
  });
  const packed = readCapture(thinCapture(profile, 1));
  const shown = (of: Profile) => hottest(selectView(of, { idle: true }));
  expect(shown(packed)).toEqual(shown(profile));
  expect(shown(packed).some(({ label }) => label.kind === "native")).toBe(true);
  expect(packed.native!.addresses).toEqual(profile.native!.addresses);
});
