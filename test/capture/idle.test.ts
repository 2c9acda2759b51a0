// SPDX-License-Identifier: MIT
import { filterIdle, holdsGil, isIdle, type Profile, selectAll } from "@pyspy/analyze";
import { expect, it } from "vitest";
import { record, recordLaunch } from "../support/agent.ts";
import { describeOnEachBuild } from "../support/on-each-python.ts";
import { namesOf, runsOf, tickShare, ticksOf } from "../support/profile-view.ts";
import { manifestIn, sampleCommand, startSample } from "../support/sampled-program.ts";

// samples/sleeping.py: the main thread is busy; four threads idle, each in another way.

const RATE = 500;
const SECONDS = 0.8;
const SETTLED_TICKS = 5;

interface Manifest {
  readonly busy: Readonly<Record<string, string>>;
  readonly idle: Readonly<Record<string, string>>;
}

/** Its runs must follow one another without a tick between, to the recording's end. */
function expectSeenWithoutGap(profile: Profile, runs: readonly number[]): void {
  const { startNanos, wallNanos } = profile.samples;
  const ends = runs.map((run) => startNanos[run]! + wallNanos[run]!);
  expect(runs.slice(1).map((run) => startNanos[run])).toEqual(ends.slice(0, -1));
}

function expectIdleThreads(profile: Profile, manifest: unknown, hasGil: boolean): void {
  const { busy, idle } = manifest as Manifest;
  const names = [...Object.keys(busy), ...Object.keys(idle)].sort();
  expect(profile.threads.map(({ name }) => name).sort()).toEqual(names);
  const active = filterIdle(selectAll(profile)).runs;
  for (const [name, own] of Object.entries(idle)) {
    const runs = runsOf(profile, name);
    expectSeenWithoutGap(profile, runs);
    const inOwn = (run: number) => namesOf(profile, run).at(-1) === own;
    // Once it has settled down to wait in its function, which takes a moment when it is launched:
    // a thread that has just been started also waits for the GIL.
    const { samples } = profile;
    const settled = (run: number) => isIdle(samples, run) && samples.ticks[run]! >= SETTLED_TICKS;
    const from = runs.findIndex((run) => inOwn(run) && settled(run));
    const steady = runs.slice(from);
    // Not in all of them, as a program that was launched also ends.
    expect(tickShare(profile, steady, inOwn)).toBeGreaterThan(0.99);
    expect(tickShare(profile, steady, (run) => isIdle(samples, run))).toBeGreaterThan(0.99);
    const shown = steady.filter((run) => active.includes(run));
    expect(ticksOf(profile, shown)).toBeLessThanOrEqual(0.01 * ticksOf(profile, steady));
    expect(tickShare(profile, steady, (run) => !holdsGil(samples, run))).toBeGreaterThan(0.99);
  }
  for (const [name, own] of Object.entries(busy)) {
    const runs = runsOf(profile, name).filter((run) => namesOf(profile, run).includes(own));
    expect(tickShare(profile, runs, (run) => !isIdle(profile.samples, run))).toBeGreaterThan(0.95);
    expect(tickShare(profile, runs, (run) => active.includes(run))).toBeGreaterThan(0.95);
    const held = tickShare(profile, runs, (run) => holdsGil(profile.samples, run));
    if (hasGil) expect(held).toBeGreaterThan(0.95);
    else expect(held).toBe(0);
  }
}

describeOnEachBuild((interpreter) => {
  it("records idle threads at every tick, by process id", async () => {
    const { pid, manifest } = await startSample(interpreter, "sleeping.py");
    const { status, profile } = await record(["-r", RATE, "-d", SECONDS, "-p", pid]);
    expect({ status, damage: profile.damage }).toEqual({ status: 0, damage: [] });
    expectIdleThreads(profile, manifest, !interpreter.freeThreaded);
    for (const { name } of profile.threads) {
      const ticks = profile.recordings[0]!.counters!.ticksTaken;
      expect(BigInt(ticksOf(profile, runsOf(profile, name))), name).toBe(ticks);
    }
  });

  it("records idle threads at every tick, launched", async () => {
    const command = sampleCommand(interpreter, "sleeping.py", ["--seconds", String(SECONDS)]);
    const { status, profile, stdout } = await recordLaunch(["-r", RATE], command);
    expect({ status, damage: profile.damage }).toEqual({ status: 0, damage: [] });
    expectIdleThreads(profile, manifestIn(stdout), !interpreter.freeThreaded);
  });
});
