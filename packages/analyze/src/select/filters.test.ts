import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCapture } from "../read/read-capture.ts";
import { arbitraryRuns } from "../testing/arbitrary-runs.ts";
import { captureOf, writeCapture } from "../testing/capture-writer.ts";
import {
  filterIdle,
  filterPids,
  filterPythonStack,
  filterState,
  filterThreads,
} from "./filters.ts";
import { type Selection, selectAll } from "./selection.ts";

const TEXT = "gil R: a 3\nw S: b 4\nw gil S: c 5\nx: d 6\nx R: 7";

function select(): Selection {
  return selectAll(readCapture(captureOf(TEXT.replace("gil R: a", "main gil R: a"))));
}

describe("filters", { timeout: 60_000 }, () => {
  it.each<[string, (selection: Selection) => Selection, number]>([
    ["idle: not runnable; unknown counts as active", filterIdle, 3 + 6 + 7],
    ["gil: held", (s) => filterState(s, "gil"), 3 + 5],
    ["no-stack", filterPythonStack, 3 + 4 + 5 + 6],
    ["threads", (s) => filterThreads(s, "others", ({ name }) => name === "w"), 4 + 5],
    ["pids", (s) => filterPids(s, [42]), 25],
    ["other pids", (s) => filterPids(s, [43]), 0],
  ])("%s", (_, filter, kept) => {
    expect(filter(select()).totals.samples).toBe(kept);
  });

  it("keep the books: what is kept and what is dropped is what there was", () => {
    const filters = fc.array(
      fc.constantFrom(
        filterIdle,
        (selection: Selection) => filterState(selection, "gil"),
        filterPythonStack,
      ),
      {
        maxLength: 3,
      },
    );
    fc.assert(
      fc.property(arbitraryRuns, filters, (runs, chosen) => {
        const all = selectAll(readCapture(writeCapture(runs, { cpu: true })));
        const selection = chosen.reduce((selected, filter) => filter(selected), all);
        expect(selection.steps).toHaveLength(chosen.length);
        for (const unit of ["runs", "samples", "wallNanos", "cpuNanos"] as const) {
          const dropped = selection.steps.reduce((sum, step) => sum + step.dropped[unit], 0);
          expect(selection.totals[unit] + dropped).toBe(all.totals[unit]);
          for (const step of selection.steps) {
            expect(step.dropped[unit]).toBeGreaterThanOrEqual(0);
          }
        }
        expect(all.steps).toEqual([]);
      }),
    );
  });
});
