// SPDX-License-Identifier: MIT
import { expect, it } from "vitest";
import { type Recorded, record, recordLaunch } from "../support/agent.ts";
import { describeOnEachBuild } from "../support/on-each-python.ts";
import { allRuns, type SeenFrame, stackOf, ticksOf } from "../support/profile-view.ts";
import { manifestIn, sampleCommand, startSample } from "../support/sampled-program.ts";

// samples/nested.py: one stack of ten or eleven frames of every kind, each line of it known.

const RATE = 500;
const SECONDS = 0.6;

interface Manifest {
  readonly stack: readonly {
    readonly function: string;
    readonly qualified_name: string | null;
    readonly file: string;
    readonly line: number;
  }[];
}

function expectedStack(manifest: unknown): SeenFrame[] {
  return (manifest as Manifest).stack.map(({ function: name, qualified_name, file, line }) => ({
    name: qualified_name ?? name,
    file,
    line,
  }));
}

/**
 * Every stack in which main() runs must be the beginning of the one stack there is, or
 * main > Life.over; and nearly all must be that stack in full. Returns how many were seen.
 */
function expectNestedStacks({ profile }: Recorded, expected: SeenFrame[]): number {
  const [, main] = expected;
  const isMain = (frame?: SeenFrame) => frame?.name === "main" && frame.file === main?.file;
  const steady = allRuns(profile).filter((run) => isMain(stackOf(profile, run)[1]));
  const whole: number[] = [];
  for (const run of steady) {
    const stack = stackOf(profile, run);
    if (stack.length === expected.length && stack.at(-1)?.name === expected.at(-1)?.name) {
      // The one stack: each function, file and line.
      expect(stack).toEqual(expected);
      whole.push(run);
      continue;
    }
    const over = stack.findIndex(({ name }) => name.endsWith("over"));
    if (over === 2) continue; // asks whether it is over
    const names = stack.map(({ name }) => name);
    expect(names).toEqual(expected.slice(0, stack.length).map(({ name }) => name));
    // The innermost may be at any of its lines; all others are at their call.
    expect(stack.slice(0, -1)).toEqual(expected.slice(0, stack.length - 1));
  }
  const seen = ticksOf(profile, whole);
  // inner() spins for 50 ms, and what comes between takes microseconds.
  expect(seen / ticksOf(profile, steady)).toBeGreaterThan(0.95);
  return seen;
}

describeOnEachBuild((interpreter) => {
  it("is seen with each function, file and line, by process id", async () => {
    const { pid, manifest } = await startSample(interpreter, "nested.py");
    const recorded = await record(["-r", RATE, "-d", SECONDS, "-p", pid]);
    expect(recorded).toMatchObject({ status: 0, profile: { damage: [] } });
    const { profile } = recorded;
    const [process] = profile.processes;
    expect(process).toMatchObject({ pid, python: { version: interpreter.version } });
    expect(process?.python?.implementation).toMatch(/cpython/i);
    const seen = expectNestedStacks(recorded, expectedStack(manifest));
    // Nothing is left out: all of the recording is this one thread in this one stack.
    expect(seen).toBeGreaterThan(0.95 * ticksOf(profile, allRuns(profile)));
    expect(profile.threads).toMatchObject([{ main: true, tid: BigInt(pid) }]);
  });

  it("is seen with each function, file and line, launched", async () => {
    const command = sampleCommand(interpreter, "nested.py", ["--seconds", String(SECONDS)]);
    const recorded = await recordLaunch(["-r", RATE], command);
    expect(recorded).toMatchObject({ status: 0, profile: { damage: [] } });
    const seen = expectNestedStacks(recorded, expectedStack(manifestIn(recorded.stdout)));
    expect(seen).toBeGreaterThan(0);
    const { processes, threads } = recorded.profile;
    expect(processes).toMatchObject([
      { python: { version: interpreter.version }, exit: { status: 0 } },
    ]);
    expect(threads).toMatchObject([{ main: true }]);
  });
});
