// SPDX-License-Identifier: MIT

import { expect, it } from "vitest";
import type { Profile } from "../model/profile.ts";
import { readCapture } from "../read/read-capture.ts";
import { filterThreads } from "../select/filters.ts";
import { type Selection, selectAll } from "../select/selection.ts";
import { captureOf } from "../testing/capture-writer.ts";
import { randomNumbers } from "../testing/random.ts";
import { doubtsOf } from "./comparability.ts";
import { SideComparison } from "./compare.ts";
import {
  type CompareOptions,
  type Comparison,
  DEFAULT_FALSE_DISCOVERY_RATE,
  DEFAULT_THRESHOLD,
  type FunctionChange,
} from "./comparison.ts";

// Mistakes that other comparing profilers made, by the numbers of CPython's issues about profiling.sampling.

const OPTIONS: CompareOptions = {
  unit: "wall-nanos",
  measure: "rate",
  threshold: DEFAULT_THRESHOLD,
  falseDiscoveryRate: DEFAULT_FALSE_DISCOVERY_RATE,
};

const recorded = (text: string): Selection =>
  selectAll(readCapture(captureOf(text, { cpu: true })));

function compare(before: Selection, after: Selection, options: Partial<CompareOptions> = {}) {
  const sides = [[{ selection: before }], [{ selection: after }]] as const;
  const comparison = new SideComparison(...sides, { ...OPTIONS, ...options });
  const functions = comparison.functions();
  return { comparison, functions, doubts: doubtsOf(...sides, functions) };
}

function find({ functions }: Comparison, name: string): FunctionChange | undefined {
  return functions.find(({ label }) => label.name === name);
}

it("154032: a function that did not change is not 90 % less because it was sampled less often", () => {
  const slow = recorded("main R: main;a 100\nmain R: main;b 300");
  const fast = selectAll({ ...slow.profile, samples: halved(slow.profile) });
  const { functions } = compare(slow, fast);
  expect(find(functions, "a")!.self.difference).toBeCloseTo(0);
  expect(functions.all.difference).toBeCloseTo(0);
  const paths = compare(slow, fast).comparison.paths();
  expect(paths.after.total).toEqual(paths.before.total);
});

it("154090: CPU time is never compared with elapsed time: what is compared is asked of both sides", () => {
  const both = recorded("main R: main;work 400");
  const { samples } = both.profile;
  const halfBusy = selectAll({
    ...both.profile,
    samples: { ...samples, cpuNanos: samples.cpuNanos.map((nanos) => nanos / 2) },
  });
  expect(find(compare(both, halfBusy).functions, "work")!.self.difference).toBeCloseTo(0);
  const cpu = find(compare(both, halfBusy, { unit: "cpu-nanos" }).functions, "work")!.self;
  expect(cpu.after / cpu.before).toBeCloseTo(0.5);
  const wallOnly = selectAll({
    ...both.profile,
    samples: { ...samples, flags: samples.flags.map(() => 0) },
  });
  const { doubts } = compare(both, wallOnly, { unit: "cpu-nanos" });
  expect(doubts.filter(({ severity }) => severity === "refuse").map(({ code }) => code)).toEqual([
    "cpu-time",
  ]);
});

it("154086: of a thread, amounts are that thread's, and not those of all that share its frames", () => {
  const random = randomNumbers(1);
  const turns = (thread: string, hot: number): string =>
    Array.from(
      { length: 3000 },
      () => `${thread} R: run;${random() < hot ? "hot" : "cold"} 1`,
    ).join("\n");
  const before = recorded(`${turns("a", 0.2)}\n${turns("b", 0.2)}`);
  const after = recorded(`${turns("a", 0.2)}\n${turns("b", 0.6)}`);
  const only = (selection: Selection, name: string): Selection =>
    filterThreads(selection, "others", (thread) => thread.name === name);
  for (const [name, verdicts] of [
    ["a", ["unclear", "same"]],
    ["b", ["grew"]],
  ] as const) {
    const { functions, comparison } = compare(only(before, name), only(after, name));
    expect(functions.all.beforeNanos).toBeCloseTo(30e9, -6);
    expect(find(functions, "run")!.total.beforeNanos).toBeCloseTo(30e9, -6);
    expect(find(functions, "hot")!.self.before).toBeCloseTo(0.2, 1);
    expect(verdicts).toContain(find(functions, "hot")!.self.verdict);
    // The root of the picture is as wide as one thread.
    expect(comparison.paths().before.total[0]).toBeCloseTo(1e9, -6);
  }
});

/** The same time seen twice as often. */
function halved({ samples }: Profile): Profile["samples"] {
  const twice = <T extends { [index: number]: number; length: number }>(
    column: T,
    change: (value: number, second: boolean, index: number) => number = (value) => value,
  ): T => {
    const make = column.constructor as new (length: number) => T;
    const result = new make(2 * column.length);
    for (let i = 0; i < result.length; i++) {
      result[i] = change(column[i >> 1]!, i % 2 === 1, i >> 1);
    }
    return result;
  };
  return {
    ...samples,
    length: 2 * samples.length,
    thread: twice(samples.thread as Int32Array),
    stack: twice(samples.stack as Int32Array),
    flags: twice(samples.flags as Uint16Array),
    osState: twice(samples.osState as Uint8Array),
    syscall: twice(samples.syscall as Int16Array),
    ticks: twice(samples.ticks as Uint32Array),
    startNanos: twice(samples.startNanos as Float64Array, (start, second, run) =>
      second ? start + samples.wallNanos[run]! / 2 : start,
    ),
    wallNanos: twice(samples.wallNanos as Float64Array, (nanos) => nanos / 2),
    cpuNanos: twice(samples.cpuNanos as Float64Array, (nanos) => nanos / 2),
  };
}
