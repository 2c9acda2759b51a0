// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { readCapture } from "../read/read-capture.ts";
import { captureOf } from "../testing/capture-writer.ts";
import { parseTimePoint } from "../time/time-point.ts";
import { selectView } from "../view/select-view.ts";
import { findInsights } from "./find-insights.ts";
import type { Insight } from "./insight.ts";

function insightsOf(text: string): Insight[] {
  const read = readCapture(captureOf(text, { cpu: true }));
  // "name@file": the text of test captures says nothing of files.
  const functions = read.functions.map((each) => {
    const [name = "", file = each.file] = each.name.split("@");
    return { ...each, name, file };
  });
  const profile = { ...read, functions };
  return findInsights(selectView(profile, {}), selectView(profile, { idle: true }));
}

function insight<K extends Insight["kind"]>(text: string, kind: K): Extract<Insight, { kind: K }> {
  const found = insightsOf(text).find((each) => each.kind === kind);
  expect(found).toBeDefined();
  return found as Extract<Insight, { kind: K }>;
}

describe("findInsights", () => {
  it("names the functions that take the time, with the noise of sampling", () => {
    const { functions, halfCount } = insight("main R: main;hot 60\nmain R: main;warm 40", "hot");
    expect(halfCount).toBe(1);
    expect(functions.map(({ label, selfShare }) => [label.name, selfShare])).toEqual([
      ["hot", 0.6],
      ["warm", 0.4],
    ]);
    expect(functions[0]!.margin).toBeCloseTo(1.96 * Math.sqrt((0.6 * 0.4) / 100), 10);
  });

  it("tells contention for the GIL, and who causes it", () => {
    const gil = insight("a gil R: a;hold 100\nb waits S: b;want 100", "gil");
    expect(gil).toMatchObject({ level: "problem", known: true, waitShare: 0.5, holderShare: 1 });
    const { level, waitedNanos } = insight("a gil R: a;hold 100", "gil");
    expect([level, waitedNanos]).toEqual(["fine", 0]);
  });

  it("measures by the time that is looked at", () => {
    const text = "a gil R: a;hold 100\nb waits S: b;want 100";
    const profile = readCapture(captureOf(text, { cpu: true }));
    const times = { from: parseTimePoint("0.2s"), to: parseTimePoint("0.7s") };
    const [part, all] = [times, {}].map((view) =>
      findInsights(selectView(profile, view), selectView(profile, { ...view, idle: true })),
    ) as [Insight[], Insight[]];
    for (const kind of ["gil", "load"] as const) {
      const of = (insights: Insight[]) => insights.find((each) => each.kind === kind);
      expect(of(part)).toMatchObject(
        kind === "gil" ? { waitingThreads: expect.closeTo(1, 2) } : { cores: expect.closeTo(2, 2) },
      );
      expect(of(all)).toMatchObject(
        kind === "gil" ? { waitingThreads: expect.closeTo(1, 2) } : { cores: expect.closeTo(2, 2) },
      );
    }
  });

  it("tells an event loop that is blocked from one that waits", () => {
    const loop = "main;BaseEventLoop._run_once@/lib/asyncio/base_events.py";
    const wait = `main S: ${loop};EpollSelector.select@/lib/selectors.py 50`;
    const blocked = `main S: ${loop};Handle._run;load_report 30`;
    const stalls = insight(`${wait}\n${blocked}\n${wait}`, "stalls");
    expect(stalls).toMatchObject({ level: "problem", ofEventLoop: true, count: 1 });
    expect(insight(wait, "stalls")).toMatchObject({ level: "fine", ofEventLoop: false, count: 0 });
  });

  it("says of nothing that nothing is there", () => {
    expect(insightsOf("").map(({ kind, level }) => [kind, level])).toEqual([
      ["quality", "problem"],
    ]);
  });
});
