// SPDX-License-Identifier: MIT
import type { Profile } from "@pyspy/analyze";
import { expect, it } from "vitest";
import { finished, record, startRecording } from "../support/agent.ts";
import { describeOnEachPython } from "../support/on-each-python.ts";
import { allRuns, namesOf } from "../support/profile-view.ts";
import { pythonCommand } from "../support/python-command.ts";
import { startText } from "../support/sampled-program.ts";

// One process that becomes another program (execve): two programs, each with its own functions.

const SECOND = `import time
clock = getattr(time, "perf_counter", time.time)
def second_program():
    end = clock() + 0.5
    while clock() < end: pass
second_program()`;

/** Works, and then becomes the second program: at once, or when a line of input says so. */
const first = (waits: boolean) => `import os, sys, time
clock = getattr(time, "perf_counter", time.time)
def first_program():
    end = clock() + 0.5
    while clock() < end: pass
${waits ? 'sys.stdout.write("ready\\n")\nsys.stdout.flush()\nsys.stdin.readline()' : ""}
first_program()
os.execv(sys.executable, [sys.executable, "-c", ${JSON.stringify(SECOND)}, "second"])`;

function expectBothPrograms(profile: Profile): void {
  expect(profile.damage).toEqual([]);
  expect(profile.processes).toHaveLength(2);
  expect(new Set(profile.processes.map(({ pid }) => pid)).size).toBe(1);
  const seen = profile.processes.map(() => new Set<string>());
  for (const run of allRuns(profile)) {
    const { process } = profile.threads[profile.samples.thread[run]!]!;
    for (const name of namesOf(profile, run)) seen[process]!.add(name);
  }
  const ours = seen.map((names) => [...names].filter((name) => name.endsWith("_program")));
  expect(ours).toEqual([["first_program"], ["second_program"]]);
}

describeOnEachPython((interpreter) => {
  it("shows both programs of a process that replaces itself, by process id", async () => {
    const child = await startText(interpreter, first(true));
    const agent = await startRecording(["-r", 500, "-p", child.pid]);
    child.process.stdin!.write("go\n");
    const { status, stderr, profile } = await finished(agent);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(await child.ended).toMatchObject({ status: 0, stderr: "" });
    expectBothPrograms(profile);
  });

  it("shows both programs of a process that replaces itself, launched", async () => {
    const { command, args } = pythonCommand(interpreter, ["-c", first(false)]);
    const { status, profile } = await record(["-r", 500, "--", command, ...args]);
    expect(status).toBe(0);
    expectBothPrograms(profile);
  });
});
