// SPDX-License-Identifier: MIT
import { create } from "@bufbuild/protobuf";
import { CountersSchema } from "@pyspy/schemas";
import { describe, expect, it } from "vitest";
import type { Profile } from "../model/profile.ts";
import { readCapture } from "../read/read-capture.ts";
import { captureOf } from "../testing/capture-writer.ts";
import { assessQuality } from "./assess-quality.ts";

const whole = captureOf("main gil R: a 200");

function withCounters(counters: Record<string, bigint>): Profile {
  const profile = readCapture(whole);
  const [recording] = profile.recordings;
  const all = { ticksAsked: 200n, ticksTaken: 200n, samples: 200n, ...counters };
  return {
    ...profile,
    recordings: [{ ...recording!, counters: create(CountersSchema, all) }],
  };
}

describe("assessQuality", () => {
  it("finds nothing wrong with a recording that went well", () => {
    expect(assessQuality(readCapture(whole))).toMatchObject({ verdict: "good", findings: [] });
  });

  it.each<[Record<string, bigint>, object]>([
    [{ ticksMissed: 4n }, { kind: "missed-ticks", level: "note", share: 0.02, count: 4 }],
    [{ ticksMissed: 80n }, { kind: "missed-ticks", level: "warning" }],
    [{ ticksLate: 200n }, { kind: "late-ticks", level: "note", share: 1 }],
    [{ samplesUnstable: 20n }, { kind: "unstable", level: "warning", share: 0.1 }],
    [{ samplesFailed: 200n }, { kind: "failed", level: "warning", share: 0.5 }],
    [
      { stops: 10n, stopsTimedOut: 1n },
      { kind: "late-stops", level: "warning" },
    ],
  ])("finding %#", (counters, finding) => {
    const { findings, verdict } = assessQuality(withCounters(counters));
    expect(findings).toEqual([expect.objectContaining(finding)]);
    expect(verdict).toBe("level" in finding && finding.level === "note" ? "usable" : "doubtful");
  });

  it("says that a file is cut, damaged, short or empty", () => {
    const kinds = (bytes: Uint8Array): string[] =>
      assessQuality(readCapture(bytes)).findings.map(({ kind }) => kind);
    expect(kinds(captureOf("main gil R: a 200", { footer: false }))).toEqual(["cut"]);
    expect(kinds(whole.subarray(0, -30))).toContain("damage");
    expect(kinds(captureOf("main gil R: a 20"))).toEqual(["few-ticks"]);
    expect(kinds(captureOf(""))).toEqual(["no-samples"]);
  });

  it("knows a share the better, the more ticks there are", () => {
    const margin = (ticks: bigint): number =>
      assessQuality(withCounters({ ticksTaken: ticks })).shareMargin;
    expect(margin(200n)).toBeCloseTo(0.0416, 4);
    expect(margin(20_000n)).toBeCloseTo(0.00416, 5);
    expect(assessQuality(readCapture(captureOf(""))).shareMargin).toBe(1);
  });
});
