// SPDX-License-Identifier: MIT

import { expect, it } from "vitest";
import { simulatedWork } from "../testing/simulated-work.ts";
import type { Replicate } from "./comparison.ts";
import { machineDrift } from "./machine-drift.ts";

const WORK = simulatedWork([{ name: "a", share: 1, callSeconds: 0.01 }], 10, 1);

/** A recording of ten seconds that began at so many. */
function recordedAt(seconds: number, id = seconds): Replicate {
  const { profile } = WORK;
  const [recording] = profile.recordings;
  const header = { ...recording!.header, captureId: Uint8Array.of(id + 1) };
  const recorded = {
    ...profile,
    originRealtimeNanos: BigInt(seconds) * 1_000_000_000n,
    recordings: [{ ...recording!, header }],
  };
  return { selection: { ...WORK, profile: recorded, recorded } };
}

const times = (seconds: number[]): Replicate[] => seconds.map((at) => recordedAt(at));

it.each([
  ["one after one", [0], [20], "unknown"],
  ["too few", [0, 40], [20, 60], "unknown"],
  ["in turns", [0, 40, 80], [20, 60, 100], "in-turns"],
  ["one among several", [0, 20, 60, 80], [40], "in-turns"],
  ["side by side", [0, 20, 40], [1, 21, 41], "in-turns"],
  ["one block after the other", [0, 20, 40], [60, 80, 100], "unknown"],
  ["the other way round", [60, 80, 100], [0, 20, 40], "unknown"],
])("%s", (_, before, after, drift) => {
  expect(machineDrift(times(before), times(after))).toBe(drift);
});

it("is shared by what was recorded together", () => {
  const [one, two] = [recordedAt(0, 7), recordedAt(0, 7)];
  expect(machineDrift([one], [two])).toBe("shared");
  expect(machineDrift([one, two], [recordedAt(0, 7)])).toBe("shared");
  const [early, late] = [
    { ...one, within: [{ fromNanos: 0, toNanos: 4e9 }] },
    { ...one, within: [{ fromNanos: 5e9, toNanos: 9e9 }] },
  ];
  expect(machineDrift([early], [late])).toBe("unknown");
  expect(machineDrift([one], [recordedAt(0, 8)])).toBe("unknown");
});
