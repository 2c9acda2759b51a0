// SPDX-License-Identifier: MIT

import { describe, expect, it } from "vitest";
import type { Process, Profile, Recording } from "../model/profile.ts";
import { filterIdle } from "../select/filters.ts";
import { type Selection, selectAll } from "../select/selection.ts";
import { simulatedWork } from "../testing/simulated-work.ts";
import { doubtsOf } from "./comparability.ts";
import { SideComparison } from "./compare.ts";
import {
  type CompareOptions,
  DEFAULT_FALSE_DISCOVERY_RATE,
  DEFAULT_THRESHOLD,
} from "./comparison.ts";

const FUNCTIONS = [
  { name: "a", share: 0.6, callSeconds: 0.01 },
  { name: "b", share: 0.4, callSeconds: 0.01 },
];
const OPTIONS: CompareOptions = {
  unit: "wall-nanos",
  measure: "rate",
  threshold: DEFAULT_THRESHOLD,
  falseDiscoveryRate: DEFAULT_FALSE_DISCOVERY_RATE,
};

let seed = 0;

/** A recording that is as it should be, but for what is changed. */
function recorded(
  change: (profile: Profile) => Partial<Profile> = () => ({}),
  seconds = 20,
): Selection {
  const { profile } = simulatedWork(FUNCTIONS, seconds, ++seed);
  const known = {
    ...profile,
    samples: { ...profile.samples, flags: profile.samples.flags.map(() => 2048) },
  };
  return selectAll({ ...known, ...change(known) });
}

function withRecording(change: Partial<Recording>): (profile: Profile) => Partial<Profile> {
  return ({ recordings }) => ({ recordings: [{ ...recordings[0]!, ...change }] });
}

/** Only these members matter. */
function withHeader(change: object): (profile: Profile) => Partial<Profile> {
  return (profile) => {
    const { header } = profile.recordings[0]!;
    const host = { architecture: "x86_64", cpuCount: 2 };
    const changed = { ...header, host, ...change } as Recording["header"];
    return withRecording({ header: changed })(profile);
  };
}

const MANY_MISSED = { ticksAsked: 1000n, ticksMissed: 200n } as NonNullable<Recording["counters"]>;

/** Every other observation is of another thread. */
function withTwoThreads({ threads, samples }: Profile): Partial<Profile> {
  return {
    threads: [...threads, { ...threads[0]!, name: "other" }],
    samples: { ...samples, thread: samples.thread.map((_, run) => run % 2) },
  };
}

function withPython(change: Partial<NonNullable<Process["python"]>>) {
  return ({ processes }: Profile): Partial<Profile> => ({
    processes: processes.map((each) => ({ ...each, python: { ...each.python!, ...change } })),
  });
}

function doubts(
  after: Selection,
  before = recorded(),
  options: Partial<CompareOptions> = {},
): string[] {
  const [a, b] = [[{ selection: before }], [{ selection: after }]];
  const comparison = new SideComparison(a, b, { ...OPTIONS, ...options }).functions();
  return doubtsOf(a, b, comparison).map(({ severity, code }) => `${severity} ${code}`);
}

describe("doubts", () => {
  it("none between like recordings, of whatever length", () => {
    expect(doubts(recorded())).toEqual([]);
    expect(doubts(recorded(undefined, 60))).toEqual([]);
    expect(doubts(recorded(withPython({ version: "3.10.99" })))).toEqual([]);
  });

  it.each<[string, Selection]>([
    ["warn rate", recorded(withRecording({ rateHertz: 1000 }))],
    ["warn cut-short", recorded(withRecording({ endReason: undefined }))],
    ["warn python-version", recorded(withPython({ version: "3.12.0" }))],
    ["warn python-build", recorded(withPython({ freeThreaded: true }))],
    ["warn too-short", recorded(undefined, 0.5)],
    ["warn native", recorded(withHeader({ options: { native: true } }))],
    ["warn strategy", recorded(withHeader({ options: { strategy: 2 } }))],
    ["warn missed-ticks", recorded(withRecording({ counters: MANY_MISSED }))],
    ["warn threads", recorded(withTwoThreads)],
  ])("%s", (doubt, after) => {
    expect(doubts(after)).toEqual([doubt]);
    expect(doubts(recorded(), after)).toEqual([doubt]);
  });

  it("other machines", () => {
    const here = recorded(withHeader({}));
    expect(doubts(recorded(withHeader({})), here)).toEqual([]);
    const large = { architecture: "x86_64", cpuCount: 64 };
    expect(doubts(recorded(withHeader({ host: large })), here)).toEqual(["warn host"]);
  });

  it("threads that could run and did not: the machine was busy", () => {
    const starved = recorded(({ samples }) => ({
      samples: { ...samples, cpuNanos: samples.cpuNanos.map((nanos) => nanos / 2) },
    }));
    expect(doubts(starved)).toEqual(["warn machine-load"]);
  });

  it("the same observations on both sides, not other stretches of one recording", () => {
    const one = recorded();
    expect(doubts(one, one)).toEqual(["warn same-recording"]);
    const [first, second] = [
      [{ selection: one, within: [{ fromNanos: 0, toNanos: 10e9 }] }],
      [{ selection: one, within: [{ fromNanos: 10e9, toNanos: 20e9 }] }],
    ];
    const comparison = new SideComparison(first!, second!, OPTIONS).functions();
    expect(doubtsOf(first!, second!, comparison)).toEqual([]);
  });

  it("CPU time that is left out with idle threads", () => {
    const bursty = recorded(({ samples }) => ({
      samples: { ...samples, osState: samples.osState.map((state, i) => (i % 4 ? state : 0x53)) },
    }));
    const [before, after] = [filterIdle(recorded()), filterIdle(bursty)];
    expect(doubts(after, before, { unit: "cpu-nanos" })).toEqual(["warn cpu-idle"]);
    expect(doubts(after, before)).toEqual([]);
  });

  it("CPU time that nobody read is no CPU time, and nothing is not compared", () => {
    const blind = recorded(({ samples }) => ({
      samples: { ...samples, flags: samples.flags.map(() => 0) },
    }));
    expect(doubts(blind, recorded(), { unit: "cpu-nanos" })).toContain("refuse cpu-time");
    expect(doubts(blind)).toEqual([]);
    const nothing = { ...recorded(), runs: new Uint32Array(0) };
    const empty = { ...nothing, totals: { runs: 0, samples: 0, wallNanos: 0, cpuNanos: 0 } };
    expect(doubts(empty)).toContain("refuse nothing-selected");
  });
});
