import { StateFlag } from "@pyspy/schemas";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCapture, readCaptures } from "../read/read-capture.ts";
import { type Selection, selectAll } from "../select/selection.ts";
import { arbitraryRuns } from "../testing/arbitrary-runs.ts";
import { arbitraryView } from "../testing/arbitrary-view.ts";
import { writeCapture } from "../testing/capture-writer.ts";
import { conservationErrors } from "../testing/conservation.ts";
import { withNative } from "../testing/native-stacks.ts";
import { buildCallTree } from "../tree/build-call-tree.ts";
import { selectView } from "./select-view.ts";

const view = arbitraryView(["a", "b", "c", "é"], ["main", "worker", "other"]);
const options = { cpu: true, hostName: "h" };

/** "process;thread;a:1;b:2 3": every path with weight of its own, and the weight, sorted. */
function paths(selection: Selection): string[] {
  const kinds = { unit: "wall-nanos", lines: true, threads: true, processes: true } as const;
  const tree = buildCallTree(selection, kinds);
  const texts: string[] = [];
  const lines: string[] = [];
  for (let node = 0; node < tree.length; node++) {
    const { name, file, line } = tree.labels[tree.label[node]!]!;
    texts[node] = `${texts[tree.parent[node]!] ?? ""};${name} ${file}:${line}`;
    if (tree.self[node]! > 0) lines.push(`${texts[node]} ${tree.self[node]}`);
  }
  return lines.sort();
}

describe("any view", { timeout: 60_000 }, () => {
  it("adds up to what was recorded, with what it says it dropped", () => {
    fc.assert(
      fc.property(arbitraryRuns, view, (runs, asked) => {
        expect(conservationErrors(readCapture(writeCapture(runs, options)), asked)).toEqual([]);
      }),
    );
  });

  it("adds up with native stacks, whether they fit the Python ones or not", () => {
    const native = fc.subarray(
      ["", "sort", "python:_start;eval*;sort", "eval*", "eval*;sort;eval*;spin", "x;eval*;x;x"],
      { minLength: 1 },
    );
    const flags = fc.constantFrom(0, StateFlag.STATE_NATIVE_TRUNCATED);
    fc.assert(
      fc.property(arbitraryRuns, native, flags, view, (runs, texts, flag, asked) => {
        const profile = readCapture(writeCapture(runs, options));
        const mixed = withNative(profile, { native: texts, entries: ["a", "c"], flags: flag });
        expect(conservationErrors(mixed, asked)).toEqual([]);
      }),
    );
  });

  it("of its own outcome drops nothing more, as far as it chooses observations", () => {
    fc.assert(
      fc.property(arbitraryRuns, view, (runs, { states, idle, threadNames, focus, ignore }) => {
        const asked = {
          ...(states && { states }),
          idle: idle === true,
          ...(threadNames && { threadNames }),
          ...(focus && { focus }),
          ...(ignore && { ignore }),
        };
        const profile = readCapture(writeCapture(runs, options));
        const once = selectView(profile, asked);
        const kept = new Set(once.runs);
        const samples = selectView(once.profile, asked);
        expect([...samples.runs].filter((run) => kept.has(run))).toEqual([...once.runs]);
      }),
    );
  });
});

describe("captures read together", { timeout: 60_000 }, () => {
  it("are the sum of them, in any order and grouping, seen by any view", () => {
    fc.assert(
      fc.property(arbitraryRuns, arbitraryRuns, arbitraryRuns, view, (a, b, c, asked) => {
        // Ranges of time are of the whole, and mean something else for a part.
        const { from: _, to: __, ...timeless } = asked;
        const [one, two, three] = [a, b, c].map((runs, i) =>
          writeCapture(runs, { ...options, startRealtimeNanos: BigInt(i) * 1_000_000_000n }),
        ) as [Uint8Array, Uint8Array, Uint8Array];
        const seen = (files: Uint8Array[]) => {
          const profile = readCaptures(files);
          const selection = selectView(profile, timeless);
          const { samples, wallNanos, cpuNanos } = selection.totals;
          return { samples, wallNanos, cpuNanos, paths: paths(selection) };
        };
        const together = seen([one, two, three]);
        expect(seen([three, one, two])).toEqual(together);
        expect(seen([two, three, one])).toEqual(together);
        const parts = [one, two, three].map(
          (file) => selectView(readCapture(file), timeless).totals,
        );
        for (const unit of ["samples", "wallNanos", "cpuNanos"] as const) {
          expect(parts.reduce((sum, part) => sum + part[unit], 0)).toBe(together[unit]);
        }
        expect(selectAll(readCaptures([one, two, three])).totals.samples).toBe(
          [...a, ...b, ...c].reduce((sum, { ticks }) => sum + ticks, 0),
        );
      }),
    );
  });
});
