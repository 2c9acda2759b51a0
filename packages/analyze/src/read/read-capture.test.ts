import { describe, expect, it } from "vitest";
import { validateProfile } from "../model/validate-profile.ts";
import { selectAll } from "../select/selection.ts";
import { captureOf, TEST_PERIOD_NANOS } from "../testing/capture-writer.ts";
import { buildCallTree } from "../tree/build-call-tree.ts";
import { readCapture } from "./read-capture.ts";

describe("readCapture", () => {
  it("smoke", () => {
    const p = readCapture(captureOf("main;work;hot 3\nmain;idle 12\nworker S: main;wait 20"));
    expect(validateProfile(p)).toEqual([]);
    expect(p.damage).toEqual([]);
    const all = selectAll(p);
    expect(all.totals.samples).toBe(35);
    expect(all.totals.wallNanos).toBe(35 * TEST_PERIOD_NANOS);
    const t = buildCallTree(all, { unit: "samples", lines: true, threads: true, processes: true });
    console.log(t, t.labels, p.recordings, p.threads, p.processes);
  });
});
