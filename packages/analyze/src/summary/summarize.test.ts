import { EndReason } from "@pyspy/schemas";
import { describe, expect, it } from "vitest";
import { readCapture } from "../read/read-capture.ts";
import { filterIdle } from "../select/filters.ts";
import { selectAll } from "../select/selection.ts";
import { captureOf } from "../testing/capture-writer.ts";
import { summarize } from "./summarize.ts";

describe("summarize", () => {
  const profile = readCapture(
    captureOf("w S: wait 10\nw gil R: wait;go 10\nmain R: a;b 5\nmain: 5"),
  );
  const summary = summarize(filterIdle(selectAll(profile)));

  it("says what was recorded", () => {
    expect(summary.recordings).toMatchObject([
      {
        startRealtimeNanos: 1_700_000_000_000_000_000n,
        durationNanos: 20 * 1e7,
        rateAskedHertz: 100,
        rateAchievedHertz: 100,
        endReason: EndReason.END_DURATION,
      },
    ]);
    expect(summary.processes).toMatchObject([
      {
        pid: 42,
        command: ["python", "app.py"],
        python: "CPython 3.10.13",
        totals: { samples: 30 },
      },
    ]);
  });

  it("has a row for every thread, of all that was recorded, the main one first", () => {
    expect(summary.threads).toMatchObject([
      { name: "main", main: true, idleShare: 0, gilShare: 0, totals: { samples: 10 } },
      { name: "w", main: false, idleShare: 0.5, gilShare: 0.5, totals: { samples: 20 } },
    ]);
  });

  it("has the functions of the selection, and what was left out of it", () => {
    const rows = summary.functions.map(({ label, self, total }) => [label.name, self, total]);
    expect(rows).toEqual([
      ["go", 10e7, 10e7],
      ["b", 5e7, 5e7],
      ["wait", 0, 10e7],
      ["a", 0, 5e7],
    ]);
    expect(summary.selected.samples).toBe(20);
    expect(summary.steps).toMatchObject([{ name: "idle", dropped: { samples: 10 } }]);
  });

  it("says what the numbers are worth", () => {
    expect(summary.quality).toMatchObject({
      ticksAsked: 20,
      ticksTaken: 20,
      samples: 30,
      samplesWithoutStack: 5,
      unobservedNanos: 0,
      damage: [],
    });
  });
});
