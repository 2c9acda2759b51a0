// SPDX-License-Identifier: MIT
import { readdirSync } from "node:fs";
import { holdsGil, isIdle, type Profile } from "@pyspy/analyze";
import { StateFlag } from "@pyspy/schemas";
import { expect, it } from "vitest";
import { record, recordLaunch } from "../support/agent.ts";
import { describeOnEachBuild } from "../support/on-each-python.ts";
import { allRuns, namesOf, runsOf, tickShare, ticksOf } from "../support/profile-view.ts";
import { manifestIn, sampleCommand, startSample } from "../support/sampled-program.ts";

// samples/two_threads.py: alpha and beta compete for the GIL, and the main thread waits.

const RATE = 500;
const SECONDS = 0.8;

interface Manifest {
  /** The function that each thread is in. */
  readonly threads: Readonly<Record<string, string>>;
}

/** Each thread must be there once, in its own function and never in that of another. */
function expectOwnFunctions(profile: Profile, manifest: unknown): void {
  const { threads } = manifest as Manifest;
  expect(profile.threads.map(({ name }) => name).sort()).toEqual(Object.keys(threads).sort());
  const others = (name: string) => Object.values(threads).filter((own) => own !== threads[name]);
  for (const [name, own] of Object.entries(threads)) {
    const runs = runsOf(profile, name);
    const seen = new Set(runs.flatMap((run) => namesOf(profile, run)));
    expect([...seen], name).toContain(own);
    for (const other of others(name)) expect([...seen], name).not.toContain(other);
    // All but the moments of starting and ending, which are there when it is launched; to start takes
    // half of the time where Python is built without optimisation.
    expect(tickShare(profile, runs, (run) => namesOf(profile, run).includes(own))).toBeGreaterThan(
      name === "MainThread" ? 0.25 : 0.95,
    );
  }
  for (const { main, name } of profile.threads) expect(main).toBe(name === "MainThread");
}

/** At no tick may two threads hold the GIL; nearly always one of the two that want it does. */
function expectOneGilHolder(profile: Profile): void {
  const { samples } = profile;
  const held = allRuns(profile)
    .filter((run) => holdsGil(samples, run))
    .sort((a, b) => samples.startNanos[a]! - samples.startNanos[b]!);
  let [freeAt, heldNanos] = [0, 0];
  for (const run of held) {
    // A run ends where the tick after its last begins, so that overlap means a common tick.
    expect(samples.startNanos[run]!).toBeGreaterThanOrEqual(freeAt);
    freeAt = samples.startNanos[run]! + samples.wallNanos[run]!;
    heldNanos += samples.wallNanos[run]!;
  }
  const [recording] = profile.recordings;
  const spinning = runsOf(profile, "alpha").concat(runsOf(profile, "beta"));
  const from = Math.min(...spinning.map((run) => samples.startNanos[run]!));
  // It is free while it is handed over, and that takes its time when processors are busy.
  expect(heldNanos / (recording!.endNanos - from)).toBeGreaterThan(0.5);
  for (const name of ["alpha", "beta"]) {
    const runs = runsOf(profile, name);
    expect(
      ticksOf(
        profile,
        runs.filter((run) => holdsGil(samples, run)),
      ),
    ).toBeGreaterThan(0);
  }
}

/** Both run, and nobody holds what there is not. */
function expectNoGil(profile: Profile): void {
  for (const run of allRuns(profile)) {
    expect(profile.samples.flags[run]! & StateFlag.STATE_GIL_KNOWN).toBe(0);
  }
  for (const name of ["alpha", "beta"]) {
    const onCpu = tickShare(profile, runsOf(profile, name), (run) => !isIdle(profile.samples, run));
    expect(onCpu).toBeGreaterThan(0.8);
  }
}

describeOnEachBuild((interpreter) => {
  it("shows two threads that compete for the GIL, by process id", async () => {
    const { pid, manifest } = await startSample(interpreter, "two_threads.py");
    const { status, profile } = await record(["-r", RATE, "-d", SECONDS, "-p", pid]);
    expect({ status, damage: profile.damage }).toEqual({ status: 0, damage: [] });
    expectOwnFunctions(profile, manifest);
    if (interpreter.freeThreaded) expectNoGil(profile);
    else expectOneGilHolder(profile);
    // The kernel's own list of its threads.
    const tids = readdirSync(`/proc/${pid}/task`).map(BigInt).sort();
    expect(profile.threads.map(({ tid }) => tid).sort()).toEqual(tids);
    expect(profile.threads.find(({ main }) => main)?.tid).toBe(BigInt(pid));
    // No thread starts or ends: each is seen at every tick.
    for (const name of ["MainThread", "alpha", "beta"]) {
      const ticks = profile.recordings[0]!.counters!.ticksTaken;
      expect(BigInt(ticksOf(profile, runsOf(profile, name))), name).toBe(ticks);
    }
  });

  it("shows two threads that compete for the GIL, launched", async () => {
    const command = sampleCommand(interpreter, "two_threads.py", ["--seconds", String(SECONDS)]);
    const { status, profile, stdout } = await recordLaunch(["-r", RATE], command);
    expect({ status, damage: profile.damage }).toEqual({ status: 0, damage: [] });
    expectOwnFunctions(profile, manifestIn(stdout));
    if (interpreter.freeThreaded) expectNoGil(profile);
    else expectOneGilHolder(profile);
    expect(new Set(profile.threads.map(({ tid }) => tid)).size).toBe(3);
  });
});
