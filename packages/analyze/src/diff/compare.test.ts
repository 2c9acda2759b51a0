// SPDX-License-Identifier: MIT

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCapture } from "../read/read-capture.ts";
import { filterIdle } from "../select/filters.ts";
import { type Selection, selectAll } from "../select/selection.ts";
import { arbitraryRuns } from "../testing/arbitrary-runs.ts";
import { writeCapture } from "../testing/capture-writer.ts";
import { type SimulatedFunction, simulatedWork } from "../testing/simulated-work.ts";
import { SideComparison } from "./compare.ts";
import {
  type CompareOptions,
  type Comparison,
  DEFAULT_FALSE_DISCOVERY_RATE,
  DEFAULT_THRESHOLD,
  type FunctionChange,
  type Verdict,
} from "./comparison.ts";
import { planRecording } from "./plan-recording.ts";
import { renameCandidates } from "./rename-candidates.ts";
import { compareWithItself } from "./self-test.ts";

const OPTIONS: CompareOptions = {
  unit: "wall-nanos",
  measure: "rate",
  threshold: DEFAULT_THRESHOLD,
  falseDiscoveryRate: DEFAULT_FALSE_DISCOVERY_RATE,
};
const SIGNIFICANT: readonly Verdict[] = ["grew", "shrank", "new", "gone"];

function compare(
  before: Selection | Selection[],
  after: Selection | Selection[],
  options: Partial<CompareOptions> = {},
): Comparison {
  const side = (selections: Selection | Selection[]) =>
    [selections].flat().map((selection) => ({ selection }));
  return new SideComparison(side(before), side(after), { ...OPTIONS, ...options }).functions();
}

/** "target grew": what is told from noise, by self time. */
function changes({ functions }: Comparison, kind: "self" | "total" = "self"): string[] {
  return functions
    .filter((each) => SIGNIFICANT.includes(each[kind].verdict))
    .map((each) => `${each.label.name} ${each[kind].verdict}`);
}

function find({ functions }: Comparison, name: string): FunctionChange {
  return functions.find(({ label }) => label.name === name)!;
}

/** Thirty functions whose shares fall as 1, 1/2, 1/3 ..., together `share`. */
function zipf(callSeconds: number, share = 1): SimulatedFunction[] {
  const parts = Array.from({ length: 30 }, (_, i) => 1 / (i + 1));
  const sum = parts.reduce((total, part) => total + part, 0);
  return parts.map((part, i) => ({ name: `f${i}`, share: (share * part) / sum, callSeconds }));
}

/** A program with time to spare, in which a function of 10 % takes another part. */
function server(callSeconds: number, target = 0.1): SimulatedFunction[] {
  return [
    ...zipf(callSeconds, 0.6),
    { name: "target", share: target, callSeconds },
    { name: "wait", share: 0.4 - target, callSeconds },
  ];
}

/** A program with time to spare, on a machine that takes longer for everything by a factor. */
function onMachine(slower: number, target = 0.1): SimulatedFunction[] {
  const working = [...zipf(0.002, 0.4), { name: "target", share: target, callSeconds: 0.002 }].map(
    (each) => ({ ...each, share: slower * each.share, callSeconds: slower * each.callSeconds }),
  );
  const rest = 1 - working.reduce((sum, { share }) => sum + share, 0);
  return [...working, { name: "wait", share: rest, callSeconds: 0.005, sleeps: true }];
}

describe("compared with the same work, recorded again", { timeout: 120_000 }, () => {
  const pairs = 200;

  it.each([0.002, 0.05, 0.5])(
    "calls of %d s: not more than one pair in twenty has any change",
    (callSeconds) => {
      let alarms = 0;
      let countingAlarms = 0;
      for (let pair = 0; pair < pairs; pair++) {
        const before = simulatedWork(zipf(callSeconds), 30, 1000 + pair);
        const after = simulatedWork(zipf(callSeconds), 30, 900_000 + pair);
        const comparison = compare(before, after);
        if (changes(comparison).length + changes(comparison, "total").length > 0) alarms++;
        const { before: one, after: two } = find(comparison, "f1").self;
        if (countsDiffer(one, two, 3000)) countingAlarms++;
      }
      console.log(
        `calls of ${callSeconds} s: changes in ${alarms} of ${pairs} pairs; counting samples, in ${countingAlarms}`,
      );
      expect(alarms / pairs).toBeLessThanOrEqual(0.05);
      // What a test that counts samples as if each were on its own makes of one and the same function.
      if (callSeconds === 0.05) expect(countingAlarms / pairs).toBeGreaterThan(0.4);
    },
  );

  it("calls of some ms beside some of a second: not more than one pair in twenty has any change", () => {
    const lengths = [0.002, 0.02, 0.2, 1];
    const mixed = zipf(0).map((each, i) => ({ ...each, callSeconds: lengths[i % 4]! }));
    let alarms = 0;
    for (let pair = 0; pair < pairs; pair++) {
      const before = simulatedWork(mixed, 30, 2000 + pair);
      const comparison = compare(before, simulatedWork(mixed, 30, 800_000 + pair));
      if (changes(comparison).length + changes(comparison, "total").length > 0) alarms++;
    }
    console.log(`calls of 2 ms to 1 s: changes in ${alarms} of ${pairs} pairs`);
    expect(alarms / pairs).toBeLessThanOrEqual(0.05);
  });

  it("on a slower machine: everything changed, and no function", () => {
    let alarms = 0;
    for (let pair = 0; pair < 50; pair++) {
      const before = filterIdle(simulatedWork(onMachine(1), 30, 3000 + pair));
      const after = filterIdle(simulatedWork(onMachine(1.3), 30, 600_000 + pair));
      for (const measure of ["rate", "share"] as const) {
        const comparison = compare(before, after, { measure });
        expect(comparison.all.verdict).toBe("grew");
        if (changes(comparison).length + changes(comparison, "total").length > 0) alarms++;
      }
    }
    console.log(`on a machine slower by 30 %: a function in ${alarms} of 100 comparisons`);
    expect(alarms).toBeLessThanOrEqual(5);
  });

  it("a recording against itself: nothing at all", () => {
    const work = simulatedWork(zipf(0.01), 30, 5);
    const comparison = compare(work, work);
    for (const { self, total } of comparison.functions) {
      expect([self.difference, total.difference]).toEqual([0, 0]);
      expect([self.p, total.p]).toEqual([1, 1]);
    }
    expect(changes(comparison)).toEqual([]);
  });

  it("split into alternating stretches: nothing; in halves: what changed on the way", () => {
    const calm = simulatedWork(zipf(0.05), 60, 7);
    const { alternating, halves } = compareWithItself({ selection: calm }, OPTIONS);
    expect([...changes(alternating), ...changes(halves)]).toEqual([]);
    expect(alternating.before.recordedNanos).toBeCloseTo(30e9, -6);

    const turned = joined(
      simulatedWork(server(0.005), 30, 8),
      simulatedWork(server(0.005, 0.3), 30, 9),
    );
    const turning = compareWithItself({ selection: turned }, OPTIONS);
    expect(changes(turning.alternating)).toEqual([]);
    expect(changes(turning.halves)).toContain("target grew");
  });
});

/** The two-proportion test at 5 %. */
function countsDiffer(one: number, two: number, samples: number): boolean {
  const both = (one + two) / 2;
  return Math.abs(one - two) / Math.sqrt((2 * both * (1 - both)) / samples) > 1.96;
}

/** One recording after the other, as one. */
function joined(first: Selection, second: Selection): Selection {
  const [a, b] = [first.profile, second.profile];
  const shift = a.recordings[0]!.endNanos;
  const join = <T extends Int32Array | Float64Array | Uint8Array>(one: T, two: T): T => {
    const both = one.slice(0, 0).constructor as new (length: number) => T;
    const all = new both(one.length + two.length);
    all.set(one);
    all.set(two, one.length);
    return all;
  };
  const samples = {
    ...a.samples,
    length: a.samples.length + b.samples.length,
    thread: join(a.samples.thread, b.samples.thread),
    stack: join(a.samples.stack, b.samples.stack),
    osState: join(a.samples.osState, b.samples.osState),
    startNanos: join(
      a.samples.startNanos,
      b.samples.startNanos.map((at) => at + shift),
    ),
    wallNanos: join(a.samples.wallNanos, b.samples.wallNanos),
    cpuNanos: join(a.samples.cpuNanos, b.samples.cpuNanos),
    ticks: new Uint32Array(a.samples.length + b.samples.length).fill(1),
    flags: new Uint16Array(a.samples.length + b.samples.length),
    syscall: new Int16Array(a.samples.length + b.samples.length),
  };
  const recording = { ...a.recordings[0]!, endNanos: shift + b.recordings[0]!.endNanos };
  return selectAll({ ...a, recordings: [recording], samples });
}

describe("compared with changed work", { timeout: 120_000 }, () => {
  it("30 % more of a function of 10 %, in short calls, is found in 60 % of pairs, and little else", () => {
    const pairs = 200;
    let found = 0;
    let others = 0;
    for (let pair = 0; pair < pairs; pair++) {
      const before = simulatedWork(server(0.002), 30, 5000 + pair);
      const after = simulatedWork(server(0.002, 0.13), 30, 700_000 + pair);
      const told = changes(compare(before, after));
      if (told.includes("target grew")) found++;
      if (told.some((each) => !/^(target grew|wait shrank)$/.test(each))) others++;
    }
    console.log(
      `30 % more of 10 %: found in ${found} of ${pairs} pairs; something else in ${others}`,
    );
    expect(found / pairs).toBeGreaterThanOrEqual(0.6);
    expect(others / pairs).toBeLessThanOrEqual(0.1);
  });

  it("on a slower machine, what changed besides is named, and nothing else", () => {
    const before = filterIdle(simulatedWork(onMachine(1), 60, 1));
    const after = filterIdle(simulatedWork(onMachine(1.3, 0.16), 60, 2));
    expect(changes(compare(before, after))).toEqual(["target grew"]);
    expect(changes(compare(after, before))).toEqual(["target shrank"]);
  });

  it("of one function that is nearly everything, several recordings tell what one cannot", () => {
    const program = (share: number): SimulatedFunction[] => [
      { name: "solve", share, callSeconds: 0.01 },
      { name: "report", share: 0.01, callSeconds: 0.01 },
      { name: "wait", share: 0.99 - share, callSeconds: 0.01, sleeps: true },
    ];
    const recorded = (share: number, seeds: number[]) =>
      seeds.map((seed) => filterIdle(simulatedWork(program(share), 30, seed)));
    const single = compare(recorded(0.5, [1]), recorded(0.7, [2]));
    expect([single.all.verdict, ...changes(single)]).toEqual(["grew"]);
    const several = compare(recorded(0.5, [1, 3, 5]), recorded(0.7, [2, 4, 6]));
    expect(changes(several)).toEqual(["solve grew"]);
  });

  it("mirrors: what grew one way shrinks the other, in every measure", () => {
    const before = simulatedWork(server(0.005), 30, 1);
    const after = simulatedWork(server(0.005, 0.25), 30, 2);
    for (const measure of ["rate", "share", "work"] as const) {
      const work = { before: 100, after: 300 };
      const there = compare(before, after, { measure, work });
      const back = compare(after, before, { measure, work: { before: 300, after: 100 } });
      for (const { label, self } of there.functions) {
        const mirrored = find(back, label.name).self;
        expect(mirrored.difference).toBeCloseTo(-self.difference, 12);
        expect(mirrored.margin).toBeCloseTo(self.margin, 12);
        expect(mirrored.p).toBeCloseTo(self.p, 12);
      }
      if (measure !== "work") {
        expect(changes(there)).toContain("target grew");
        expect(changes(back)).toContain("target shrank");
      }
    }
  });

  it("new and gone are seen as such, and proposed as a renaming", () => {
    const rename = (name: string) => (each: SimulatedFunction) =>
      each.name === "target" ? { ...each, name } : each;
    const before = simulatedWork(server(0.002, 0.2).map(rename("load")), 30, 1);
    const after = simulatedWork(server(0.002, 0.2).map(rename("load_rows")), 30, 2);
    const comparison = compare(before, after);
    expect(changes(comparison).sort()).toEqual(["load gone", "load_rows new"]);
    const pairs = renameCandidates(comparison.functions);
    expect(pairs.map((pair) => [pair.before.name, pair.after.name])).toEqual([
      ["load", "load_rows"],
    ]);
    // Every file has a "<module>": that one has gone and one has come is no renaming.
    const generic = comparison.functions.map((each) => ({
      ...each,
      label: { ...each.label, name: "<module>", file: each.label.name },
    }));
    expect(renameCandidates(generic)).toEqual([]);
    const renames = new Map([["load", "load_rows"]]);
    expect(changes(compare(before, after, { matching: { by: "file", renames } }))).toEqual([]);
  });

  it("several recordings a side narrow the interval, and their own spread counts", () => {
    const one = compare(simulatedWork(server(0.01), 30, 1), simulatedWork(server(0.01), 30, 2));
    const many = (from: number) =>
      Array.from({ length: 6 }, (_, i) => simulatedWork(server(0.01), 30, from + i));
    const six = compare(many(10), many(20));
    expect(six.betweenReplicates).toBe(true);
    expect(find(six, "target").self.margin).toBeLessThan(0.7 * find(one, "target").self.margin);

    // Every recording by itself is steady; they differ so much that a mean says nothing.
    const restless = (from: number) =>
      [0.05, 0.15, 0.1, 0.2].map((share, i) => simulatedWork(server(0.002, share), 30, from + i));
    expect(changes(compare(restless(40), restless(50)))).toEqual([]);
    // Steady siblings, and one that is not like them.
    const siblings = [60, 61, 62, 63, 64].map((seed) => simulatedWork(server(0.002), 30, seed));
    expect(changes(compare(siblings, simulatedWork(server(0.002, 0.2), 30, 70)))).toContain(
      "target grew",
    );
  });

  it("what is unclear says how long to record; what cannot matter is the same", () => {
    const comparison = compare(
      simulatedWork(server(0.05), 30, 1),
      simulatedWork(server(0.05, 0.11), 30, 2),
    );
    const { self } = find(comparison, "target");
    expect(self.verdict).toBe("unclear");
    expect(self.secondsToTell).toBeGreaterThan(30);
    const coarse = compare(
      simulatedWork(server(0.002), 30, 1),
      simulatedWork(server(0.002), 30, 2),
      { threshold: 0.05 },
    );
    expect(find(coarse, "target").self.verdict).toBe("same");
  });

  it("a plan from a pilot asks for more time for a smaller change, and for what comparing will need", () => {
    const pilot = [{ selection: simulatedWork(server(0.01), 30, 3) }];
    const seconds = (change: number): number =>
      planRecording(pilot, OPTIONS, change).functions.find(
        ({ label, kind }) => label.name === "target" && kind === "self",
      )!.seconds;
    expect(seconds(0.1) / seconds(0.2)).toBeCloseTo(4);
    // 30 % of 10 %, calls as long as a tick: about a minute and a half; enough by itself for 4 of 5.
    expect(seconds(0.3)).toBeGreaterThan(40);
    expect(seconds(0.3)).toBeLessThan(200);
  });
});

describe("measures", { timeout: 60_000 }, () => {
  it("other lengths are no change; the unit of work tells what rates cannot", () => {
    const short = simulatedWork(server(0.002), 30, 1);
    const long = simulatedWork(server(0.002), 90, 2);
    expect(changes(compare(short, long))).toEqual([]);
    const work = { before: 1000, after: 2000 };
    const perRequest = compare(short, long, { measure: "work", work });
    const { before, after } = find(perRequest, "target").self;
    expect(before).toBeCloseTo(0.1 * 30 * 1e-3, 3);
    expect(after / before).toBeCloseTo(1.5, 0);
    expect(perRequest.all.verdict).toBe("grew");
    // Everything took more for a request, so that it is no change of any function.
    expect(changes(perRequest)).toEqual([]);
  });

  it("a share of what is selected: one that grows does not hide that others did not", () => {
    const before = simulatedWork(server(0.002), 30, 1);
    const after = simulatedWork(server(0.002, 0.25), 30, 2);
    const shares = compare(before, after, { measure: "share" });
    expect(find(shares, "target").self.before).toBeCloseTo(0.1, 1);
    expect(shares.functions.reduce((sum, { self }) => sum + self.before, 0)).toBeCloseTo(1, 1);
    expect(changes(shares)).toContain("target grew");
  });

  it("sums are those of the selections, whatever was recorded", () => {
    fc.assert(
      fc.property(arbitraryRuns, arbitraryRuns, (one, two) => {
        const [before, after] = [one, two].map((runs) =>
          selectAll(readCapture(writeCapture(runs, { cpu: true }))),
        ) as [Selection, Selection];
        fc.pre(before.profile.samples.length > 0 && after.profile.samples.length > 0);
        const comparison = new SideComparison([{ selection: before }], [{ selection: after }], {
          ...OPTIONS,
          threshold: 0,
        });
        const { all, functions } = comparison.functions();
        expect(all.beforeNanos).toBeCloseTo(before.totals.wallNanos, -1);
        expect(all.afterNanos).toBeCloseTo(after.totals.wallNanos, -1);
        for (const { self, total } of functions) {
          expect(self.beforeNanos).toBeLessThanOrEqual(total.beforeNanos + 1);
          expect(total.beforeNanos).toBeLessThanOrEqual(all.beforeNanos + 1);
        }
        const paths = comparison.paths();
        expect(paths.before.length).toBe(paths.after.length);
        expect(paths.before.parent).toEqual(paths.after.parent);
      }),
      { numRuns: 50 },
    );
  });
});
