// SPDX-License-Identifier: MIT
import {
  accountForThreads,
  assessQuality,
  blameGil,
  buildTimeline,
  findStalls,
  type Profile,
  selectAll,
} from "@pyspy/analyze";
import { expect, it } from "vitest";
import { record } from "../support/agent.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { startSample } from "../support/sampled-program.ts";

// What the questions answer about programs whose truth is known: samples/.

async function recordSample(name: string): Promise<Profile> {
  const program = await startSample(anyInterpreter, name);
  const { profile, status, stderr } = await record(["-d", 2, "-r", 200, "-p", program.pid]);
  expect(status, stderr).toBe(0);
  return profile;
}

const nameOf = (profile: Profile, thread: number): string => profile.threads[thread]!.name;

it("two_threads.py: two threads compete for the GIL, and for nothing else", async () => {
  const profile = await recordSample("two_threads.py");
  expectMutualBlame(profile);
  expectOneHolderAtATime(profile);
});

function expectMutualBlame(profile: Profile): void {
  const blame = blameGil(selectAll(profile));
  expect(blame.known).toBe(true);
  // One of them waits at any moment, but for those in which it is awake already and has no processor:
  // on a busy machine these are many.
  expect(blame.waitedNanos).toBeGreaterThan(0.3 * blame.heldNanos);
  const attributed = blame.pairs.reduce((sum, { nanos }) => sum + nanos, 0);
  const between = ([waiter, holder]: readonly string[]): number =>
    blame.pairs
      .filter((p) => nameOf(profile, p.waiter) === waiter && nameOf(profile, p.holder) === holder)
      .reduce((sum, { nanos }) => sum + nanos, 0);
  const [one, other] = [between(["alpha", "beta"]), between(["beta", "alpha"])];
  // The rest is the main thread's, which wants it for a moment four times a second.
  expect(one + other).toBeGreaterThan(0.7 * attributed);
  expect(Math.min(one, other)).toBeGreaterThan(0.2 * attributed);
  const functions = blame.functions
    .filter(({ selfNanos }) => selfNanos > 0.2 * attributed)
    .map(({ function: index }) => profile.functions[index]!.name);
  expect(functions.sort()).toEqual(["spin_alpha", "spin_beta"]);
}

function expectOneHolderAtATime(profile: Profile): void {
  const accounts = accountForThreads(selectAll(profile));
  const spinning = accounts.filter((one) => /alpha|beta/.test(nameOf(profile, one.thread)));
  const [{ gilNanos: alpha }, { gilNanos: beta }] = [spinning[0]!, spinning[1]!];
  const lasted = spinning[0]!.endNanos - spinning[0]!.startNanos;
  expect((alpha + beta) / lasted).toBeGreaterThan(0.8);
  expect((alpha + beta) / lasted).toBeLessThan(1.1);
  const main = accounts.find((one) => nameOf(profile, one.thread) === "MainThread")!;
  expect(main.activeNanos).toBeLessThan(0.1 * lasted);
  const options = { stepNanos: 0.5e9, idleFunctions: false };
  for (const part of buildTimeline(selectAll(profile), options).parts) {
    if (part.durationNanos < 0.4e9) continue;
    expect(part.gilNanos / part.durationNanos).toBeGreaterThan(0.7);
    expect(profile.functions[part.hottest]!.name).toMatch(/^spin_(alpha|beta)$/);
  }
}

it("sleeping.py: stalls are the four blocked threads, for all the time, when asked for", async () => {
  const profile = await recordSample("sleeping.py");
  const options = { leastNanos: 0.5e9, lines: false };
  const asked = findStalls(selectAll(profile), { ...options, blocked: true }).stalls;
  const [{ startNanos, endNanos }] = [profile.recordings[0]!];
  const blocked = asked.filter(({ idleShare }) => idleShare > 0.99);
  expect(blocked.map((s) => nameOf(profile, s.thread)).sort()).toEqual([
    "reader",
    "receiver",
    "sleeper",
    "waiter",
  ]);
  for (const stall of blocked) {
    expect(stall.durationNanos).toBeGreaterThan(0.95 * (endNanos - startNanos));
    expect(stall.cpuNanos).toBeLessThan(0.01 * stall.durationNanos);
  }
  const unasked = findStalls(selectAll(profile), { ...options, blocked: false }).stalls;
  const names = new Set(unasked.map((s) => nameOf(profile, s.thread)));
  expect([...names]).toEqual(names.size === 0 ? [] : ["MainThread"]);
  expect(assessQuality(profile).findings.map(({ kind }) => kind)).not.toContain("gil-unknown");
});
