// SPDX-License-Identifier: MIT
import { existsSync, statSync } from "node:fs";
import type { Profile } from "@pyspy/analyze";
import { EndReason } from "@pyspy/schemas";
import { expect, it } from "vitest";
import { finished, openCapture, recordLaunch, startRecording } from "../support/agent.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { allRuns, namesOf } from "../support/profile-view.ts";
import { pythonCommand } from "../support/python-command.ts";
import { startSample, startText } from "../support/sampled-program.ts";

// --ring: a flight recorder.

const PRELUDE = `
import os, signal, sys, time
def busy(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end: sum(range(500))
def early(): busy(2)
def late(): busy(4)
`;

const functionsIn = (profile: Profile) =>
  new Set(allRuns(profile).flatMap((run) => namesOf(profile, run)));

/** "run.pspy" to "run-1.pspy". */
const numbered = (path: string, number: number) => path.replace(/\.pspy$/, `-${number}.pspy`);

it("holds the last seconds of a program that crashes, and nothing is written before", async () => {
  const source = `${PRELUDE}
print("ready", flush=True)
sys.stdin.readline()
early()
late()
os.kill(os.getpid(), signal.SIGSEGV)`;
  const program = await startText(anyInterpreter, source);
  const agent = await startRecording(["--ring", "1s", "-r", 500, "-p", program.pid]);
  program.process.stdin!.write("go\n");
  expect(statSync(agent.output).size).toBe(0);
  const { status, stderr, profile } = await finished(agent);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const functions = functionsIn(profile);
  expect(functions).toContain("late");
  expect(functions).not.toContain("early");
  expect(profile.damage).toEqual([]);
  expect(profile.recordings).toMatchObject([{ endReason: EndReason.END_TARGET_EXITED }]);
  expect(profile.processes).toMatchObject([{ pid: program.pid, exit: { signal: 11 } }]);
  // What was counted is what is there.
  const { samples, ticksTaken } = profile.recordings[0]!.counters!;
  expect(Number(samples)).toBe(profile.samples.ticks.reduce((sum, ticks) => sum + ticks, 0));
  expect(Number(ticksTaken)).toBeGreaterThan(0);
});

it("is written to a file of its own at each SIGUSR1, and goes on", async () => {
  const target = await startSample(anyInterpreter, "nested.py");
  const agent = await startRecording(["--ring", "1m", "-p", target.pid]);
  for (const number of [1, 2]) {
    agent.child.process.kill("SIGUSR1");
    await agent.child.says("stderr", new RegExp(`wrote .*-${number}\\.pspy\\n`));
    const profile = openCapture(numbered(agent.output, number));
    expect(profile.recordings).toMatchObject([{ endReason: EndReason.END_INTERRUPTED }]);
    expect(profile.recordings[0]!.endMessage).toContain("SIGUSR1");
    expect(profile.damage).toEqual([]);
  }
  await target.child.finish();
  const { status, profile } = await finished(agent);
  expect(status).toBe(0);
  expect(functionsIn(profile)).toContain("inner");
});

it("is written when a process of a tree crashes, and the others are recorded on", async () => {
  const source = `${PRELUDE}
def crashing():
    busy(0.5)
    os.kill(os.getpid(), signal.SIGABRT)
def surviving(): busy(0.5)
def while_it_is_written(): busy(0.5)
if os.fork() == 0: crashing()
os.wait()
while_it_is_written()
surviving()`;
  const command = pythonCommand(anyInterpreter, ["-c", source]);
  const recorded = await recordLaunch(["-S", "--ring", "30s", "-r", 200], command);
  expect(recorded).toMatchObject({ status: 0 });
  const crash = openCapture(numbered(recorded.output, 1));
  expect(crash.recordings[0]!.endMessage).toMatch(/^process \d+ was ended by signal 6$/);
  expect(functionsIn(crash)).toContain("crashing");
  expect(functionsIn(crash)).not.toContain("surviving");
  expect(functionsIn(recorded.profile)).toContain("surviving");
  expect(existsSync(numbered(recorded.output, 2))).toBe(false);
});
