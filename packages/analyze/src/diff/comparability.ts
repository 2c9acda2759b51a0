// SPDX-License-Identifier: MIT

import { StateFlag } from "@pyspy/schemas";
import type { Profile } from "../model/profile.ts";
import { LEAST_WINDOWS } from "../statistics/compare-means.ts";
import type { Comparison, Replicate } from "./comparison.ts";

/** A reason why two sides may not be compared, or only with care. */
export interface Doubt {
  /** "refuse": the answer would be wrong. "warn": it would be right, and may be of something else. */
  readonly severity: "refuse" | "warn";
  readonly code: DoubtCode;
  readonly text: string;
}

export type DoubtCode =
  | "same-recording"
  | "nothing-selected"
  | "too-short"
  | "rate"
  | "missed-ticks"
  | "python-version"
  | "python-build"
  | "native"
  | "host"
  | "strategy"
  | "cpu-time"
  | "cut-short"
  | "threads";

const MOST_MISSED = 0.1;
const MOST_RATE_RATIO = 1.5;

/** Everything that speaks against the comparison. */
export function doubtsOf(
  before: readonly Replicate[],
  after: readonly Replicate[],
  comparison: Comparison,
): Doubt[] {
  const sides = [before, after].map((side) => side.map(({ selection }) => selection.recorded));
  const [one, two] = sides as [Profile[], Profile[]];
  const doubts: Doubt[] = [];
  const add = (severity: Doubt["severity"], code: DoubtCode, text: string): void => {
    doubts.push({ severity, code, text });
  };
  const differ = (code: DoubtCode, of: (profile: Profile) => string[], what: string): void => {
    const [a, b] = [setText(one.flatMap(of)), setText(two.flatMap(of))];
    if (a !== b && a !== "" && b !== "") add("warn", code, `${what}: ${a} before, ${b} after`);
  };

  for (const [name, facts] of [
    ["before", comparison.before],
    ["after", comparison.after],
  ] as const) {
    if (facts.samples === 0) add("refuse", "nothing-selected", `nothing is selected ${name}`);
    else if (facts.windows < LEAST_WINDOWS) {
      const seconds = (facts.recordedNanos / 1e9).toFixed(1);
      add(
        "warn",
        "too-short",
        `${seconds} s recorded ${name} are too short to tell anything from noise`,
      );
    }
  }
  if (comparison.unit === "cpu-nanos") {
    [one, two].forEach((side, index) => {
      const name = index === 0 ? "before" : "after";
      if (!side.every(knowsCpu)) add("refuse", "cpu-time", `CPU time was not recorded ${name}`);
    });
  }
  const common = idsOf(one).filter((id) => idsOf(two).includes(id));
  if (common.length > 0) add("warn", "same-recording", "both sides are of the same recording");

  const [rateBefore, rateAfter] = [one, two].map(lowestRate) as [number, number];
  if (Math.max(rateBefore, rateAfter) > MOST_RATE_RATIO * Math.min(rateBefore, rateAfter)) {
    add(
      "warn",
      "rate",
      `rates differ: ${rateText(rateBefore)} before, ${rateText(rateAfter)} after; times are right, short calls are seen less often at the lower rate`,
    );
  }
  [one, two].forEach((side, index) => {
    const missed = missedShare(side);
    if (missed > MOST_MISSED) {
      const percent = (100 * missed).toFixed(0);
      add(
        "warn",
        "missed-ticks",
        `${percent} % of ticks were missed ${index === 0 ? "before" : "after"}: the machine was overloaded`,
      );
    }
    if (
      side.some(({ recordings }) => recordings.some(({ endReason }) => endReason === undefined))
    ) {
      add("warn", "cut-short", `a recording was cut short ${index === 0 ? "before" : "after"}`);
    }
  });
  differ("python-version", minorVersions, "Python differs, and with it which calls have frames");
  differ("python-build", builds, "builds of Python differ");
  differ(
    "native",
    (profile) => headers(profile, ({ options }) => (options?.native ? "with" : "without")),
    "native frames differ",
  );
  differ(
    "strategy",
    (profile) => headers(profile, ({ options }) => String(options?.strategy ?? 0)),
    "sampling strategies differ",
  );
  differ("host", (profile) => headers(profile, ({ host }) => hostText(host)), "machines differ");
  const [few, many] = [threadCount(before), threadCount(after)];
  if (few !== many)
    add("warn", "threads", `threads with samples, per recording: ${few} before, ${many} after`);
  return doubts;
}

/** Whether any thread's CPU time was read. */
function knowsCpu({ samples }: Profile): boolean {
  return samples.flags.some((flags) => (flags & StateFlag.STATE_CPU_KNOWN) !== 0);
}

function idsOf(side: readonly Profile[]): string[] {
  return side.flatMap(({ recordings }) =>
    recordings.map(({ header }) => header.captureId.join(".")).filter((id) => id !== ""),
  );
}

type Header = Profile["recordings"][number]["header"];

function headers({ recordings }: Profile, of: (header: Header) => string): string[] {
  return recordings.map(({ header }) => of(header));
}

function hostText(host: Header["host"]): string {
  if (host === undefined || host.architecture === "") return "";
  return `${host.architecture} with ${host.cpuCount} CPUs`;
}

function lowestRate(side: readonly Profile[]): number {
  return Math.min(
    ...side.flatMap(({ recordings }) => recordings.map(({ rateHertz }) => rateHertz)),
  );
}

function rateText(hertz: number): string {
  return `${Math.round(hertz)} Hz`;
}

function missedShare(side: readonly Profile[]): number {
  const counters = side.flatMap(({ recordings }) =>
    recordings.flatMap((each) => each.counters ?? []),
  );
  const asked = counters.reduce((sum, { ticksAsked }) => sum + Number(ticksAsked), 0);
  const missed = counters.reduce((sum, { ticksMissed }) => sum + Number(ticksMissed), 0);
  return asked > 0 ? missed / asked : 0;
}

function minorVersions({ processes }: Profile): string[] {
  return processes.flatMap(({ python }) =>
    python === undefined ? [] : [python.version.split(".").slice(0, 2).join(".")],
  );
}

function builds({ processes }: Profile): string[] {
  return processes.flatMap(({ python }) => {
    if (python === undefined) return [];
    const words = [python.implementation];
    if (python.freeThreaded) words.push("free-threaded");
    if (python.debugBuild) words.push("debug");
    return [words.join(" ")];
  });
}

/** Threads of the selection, the mean of the replicates. */
function threadCount(side: readonly Replicate[]): number {
  const counts = side.map(({ selection: { profile, runs } }) => {
    const threads = new Set<number>();
    for (const run of runs) threads.add(profile.samples.thread[run]!);
    return threads.size;
  });
  return Math.round(counts.reduce((sum, count) => sum + count, 0) / counts.length);
}

function setText(values: readonly string[]): string {
  return [...new Set(values.filter((value) => value !== ""))].sort().join(" and ");
}
