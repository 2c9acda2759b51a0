// SPDX-License-Identifier: MIT

import { StateFlag } from "@pyspy/schemas";
import type { Profile } from "../model/profile.ts";
import { isOnCpu } from "../select/states.ts";
import { LEAST_WINDOWS } from "../statistics/window-spread.ts";
import type { Comparison, Replicate } from "./comparison.ts";
import { recordedTogether } from "./machine-drift.ts";

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
  | "machine-load"
  | "python-version"
  | "python-build"
  | "native"
  | "host"
  | "strategy"
  | "cpu-time"
  | "cpu-idle"
  | "cut-short"
  | "threads";

const MOST_MISSED = 0.1;
const MOST_RATE_RATIO = 1.5;
/** Of the time in which a thread could run, it is to have had a CPU for at least so much. */
const LEAST_CPU_SHARE = 0.75;
/** Of CPU time, so much may be left out with idle observations. */
const MOST_IDLE_CPU = 0.1;

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
      const share = idleCpuShare(index === 0 ? before : after);
      if (share > MOST_IDLE_CPU) {
        add(
          "warn",
          "cpu-idle",
          `${(100 * share).toFixed(0)} % of CPU time ${name} was used just before threads went to sleep, and is left out with their sleep; --idle counts it, where they sleep`,
        );
      }
    });
  }
  if (before.some((a) => after.some((b) => overlap(a, b)))) {
    add("warn", "same-recording", "both sides have observations of the same recording in common");
  }

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
  [before, after].forEach((side, index) => {
    const share = cpuShare(side);
    if (share >= LEAST_CPU_SHARE) return;
    const percent = (100 * share).toFixed(0);
    const name = index === 0 ? "before" : "after";
    add(
      "warn",
      "machine-load",
      `threads that could run had a CPU for only ${percent} % of that time ${name}: others used the machine, and times say as much about them`,
    );
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

/** Whether some observation may count on both sides: a thread of one recording, at one time. */
function overlap(one: Replicate, two: Replicate): boolean {
  if (!recordedTogether(one, two)) return false;
  const threads = threadsOf(two);
  return [...threadsOf(one)].some((thread) => threads.has(thread));
}

/** Indexes of the threads that are selected. */
function threadsOf({ selection: { profile, runs } }: Replicate): Set<number> {
  const threads = new Set<number>();
  for (const run of runs) threads.add(profile.samples.thread[run]!);
  return threads;
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

/**
 * Of the time in which selected threads were runnable, the part in which they ran; 1 if not known. The CPU
 * time of a thread that has gone to sleep stands at its sleep: so all of their observations count.
 */
function cpuShare(side: readonly Replicate[]): number {
  let [runnable, ran] = [0, 0];
  for (const replicate of side) {
    const threads = threadsOf(replicate);
    const { samples } = replicate.selection.profile;
    for (let run = 0; run < samples.length; run++) {
      const known = (samples.flags[run]! & StateFlag.STATE_CPU_KNOWN) !== 0;
      if (!known || !threads.has(samples.thread[run]!)) continue;
      ran += samples.cpuNanos[run]!;
      if (isOnCpu(samples, run)) runnable += samples.wallNanos[run]!;
    }
  }
  return runnable > 0 ? Math.min(1, ran / runnable) : 1;
}

/** CPU time that the rule of idleness left out, as a part of all that there would be. */
function idleCpuShare(side: readonly Replicate[]): number {
  let [left, kept] = [0, 0];
  for (const { selection } of side) {
    kept += selection.totals.cpuNanos;
    for (const { name, dropped } of selection.steps) if (name === "idle") left += dropped.cpuNanos;
  }
  return left > 0 ? left / (left + kept) : 0;
}

/** Threads of the selection, the mean of the replicates. */
function threadCount(side: readonly Replicate[]): number {
  const counts = side.map((replicate) => threadsOf(replicate).size);
  return Math.round(counts.reduce((sum, count) => sum + count, 0) / counts.length);
}

function setText(values: readonly string[]): string {
  return [...new Set(values.filter((value) => value !== ""))].sort().join(" and ");
}
