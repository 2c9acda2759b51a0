// SPDX-License-Identifier: MIT
import fc from "fast-check";
import { expect, test } from "vitest";
import { hottest, type Profile, readCapture, selectAll, thinCapture } from "../index.ts";
import { arbitraryRuns } from "../testing/arbitrary-runs.ts";
import { writeCapture } from "../testing/capture-writer.ts";

/** What a thread was seen doing at each tick, by the time of the tick. */
function seen({ samples, threads, recordings, stacks, frames, functions }: Profile): string[] {
  const { nanos } = recordings[0]!.ticks;
  const rows: string[] = [];
  for (let run = 0; run < samples.length; run++) {
    const names: string[] = [];
    for (let at = samples.stack[run]!; at >= 0; at = stacks.parent[at]!) {
      const frame = stacks.frame[at]!;
      names.push(`${functions[frames.function[frame]!]!.name}:${frames.line[frame]!}`);
    }
    const first = nanos.indexOf(samples.startNanos[run]!);
    const state = `${samples.flags[run]} ${samples.osState[run]} ${samples.syscall[run]}`;
    for (let tick = first; tick < first + samples.ticks[run]!; tick++) {
      const thread = threads[samples.thread[run]!]!;
      rows.push(`${nanos[tick]} ${thread.name} ${thread.tid} ${state} ${names.join(" ")}`);
    }
  }
  return rows.sort();
}

test("every n-th tick is there as it was, and no other", () => {
  fc.assert(
    fc.property(arbitraryRuns, fc.integer({ min: 1, max: 5 }), (runs, every) => {
      fc.pre(runs.length > 0);
      const profile = readCapture(writeCapture(runs, { cpu: true }));
      const thinned = readCapture(thinCapture(profile, every));
      expect(thinned.damage).toEqual([]);
      const kept = new Set(
        [...profile.recordings[0]!.ticks.nanos].filter((_, tick) => tick % every === 0),
      );
      expect([...thinned.recordings[0]!.ticks.nanos]).toEqual([...kept]);
      expect(seen(thinned)).toEqual(
        seen(profile).filter((row) => kept.has(Number(row.split(" ")[0]))),
      );
    }),
  );
});

test("with all ticks, every number is as it was", () => {
  fc.assert(
    fc.property(arbitraryRuns, (runs) => {
      fc.pre(runs.length > 0);
      const profile = readCapture(writeCapture(runs, { cpu: true }));
      const packed = readCapture(thinCapture(profile, 1));
      for (const unit of ["wall-nanos", "cpu-nanos", "samples"] as const) {
        const rows = (of: Profile) => hottest(selectAll(of), { unit, lines: true });
        expect(rows(packed)).toEqual(rows(profile));
      }
    }),
  );
});
