// SPDX-License-Identifier: MIT
import { statSync } from "node:fs";
import { EndReason } from "@pyspy/schemas";
import { expect, it } from "vitest";
import { finished, openCapture, record, startAgent, startRecording } from "../support/agent.ts";
import { anyInterpreter, describeOnEachPython } from "../support/on-each-python.ts";
import { expectUnharmed, statusField } from "../support/proc.ts";
import { allRuns, ticksOf } from "../support/profile-view.ts";
import { type SampledProgram, startSample } from "../support/sampled-program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

// However a recording ends, its file opens, and the program that was recorded is not harmed.

/** The target that moves most: the agent has to stop it often. */
const startRestless = () => startSample(anyInterpreter, "flutter.py");

/** The program must go on by itself and come to its own end. */
async function expectGoesOn({ pid, child }: SampledProgram): Promise<void> {
  expectUnharmed(pid);
  expect(await child.finish()).toMatchObject({ status: 0, stderr: "" });
}

/** Samples that can be read of a file that an agent is writing, or was. */
function samplesIn(path: string): number {
  try {
    const profile = openCapture(path);
    return ticksOf(profile, allRuns(profile));
  } catch {
    return 0; // not yet a header in it
  }
}

describeOnEachPython((interpreter) => {
  it("ends with the target: exit code 0 and a whole file", async () => {
    const { pid, child } = await startSample(interpreter, "two_threads.py");
    const agent = await startRecording(["-r", 1000, "-p", pid]);
    const end = await child.finish();
    const { status, stderr, profile } = await finished(agent);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(end).toMatchObject({ status: 0, stderr: "" });
    expect(profile.damage).toEqual([]);
    expect(profile.recordings).toMatchObject([{ endReason: EndReason.END_TARGET_EXITED }]);
    expect(profile.processes).toMatchObject([{ pid, exit: { recording: 0 } }]);
    expect(profile.samples.length).toBeGreaterThan(0);
  });

  it("ends when the target is killed: exit code 0 and a whole file", async () => {
    const { pid, child } = await startSample(interpreter, "sleeping.py");
    const agent = await startRecording(["-r", 1000, "-p", pid]);
    await child.kill("SIGKILL");
    const { status, stderr, profile } = await finished(agent);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(profile.damage).toEqual([]);
    expect(profile.recordings).toMatchObject([{ endReason: EndReason.END_TARGET_EXITED }]);
  });
});

it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "ends by %s to the agent: exit code 0, a whole file, and the target goes on",
  async (signal) => {
    const target = await startRestless();
    const agent = await startRecording(["-r", 2000, "-p", target.pid]);
    agent.child.process.kill(signal);
    const { status, stderr, profile } = await finished(agent);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stderr).toContain("interrupted");
    expect(profile.damage).toEqual([]);
    expect(profile.recordings).toMatchObject([{ endReason: EndReason.END_INTERRUPTED }]);
    await expectGoesOn(target);
  },
);

it("keeps what was written when the agent is killed, and the target goes on", async () => {
  const target = await startRestless();
  const agent = await startRecording(["-r", 2000, "-p", target.pid]);
  const before = await until(() => samplesIn(agent.output) || undefined);
  const end = await agent.child.kill("SIGKILL");
  expect(end.signal).toBe("SIGKILL");
  const profile = openCapture(agent.output);
  expect(profile.recordings).toMatchObject([{ endReason: undefined }]);
  expect(ticksOf(profile, allRuns(profile))).toBeGreaterThanOrEqual(before);
  await expectGoesOn(target);
});

it("leaves a file that opens at whatever moment the agent is killed", async () => {
  const target = await startRestless();
  const folder = temporaryFolder();
  const AGENTS = 20;
  const AT_ONCE = 5;
  const LONGEST_MS = 2500; // blocks are written once a second
  let withSamples = 0;
  for (let first = 0; first < AGENTS; first += AT_ONCE) {
    const killed = Array.from({ length: AT_ONCE }, async (_, i) => {
      const output = `${folder}/${first + i}.pspy`;
      const { child } = startAgent(["-q", "-r", 200, "-p", target.pid], { output });
      // The golden ratio spreads the moments evenly.
      const moment = LONGEST_MS * (((first + i) * 0.6180339887) % 1);
      const timer = setTimeout(() => child.process.kill("SIGKILL"), moment);
      const { signal, stderr } = await child.ended;
      clearTimeout(timer);
      expect({ signal, stderr }).toEqual({ signal: "SIGKILL", stderr: "" });
      if (samplesIn(output) > 0) withSamples += 1;
      // A file without a whole header is one that was killed as it started.
      else if (moment > LONGEST_MS / 2) openCapture(output);
    });
    await Promise.all(killed);
    expectUnharmed(target.pid);
  }
  expect(withSamples).toBeGreaterThan(0);
  await expectGoesOn(target);
});

it("leaves no thread stopped where it is suspended, and goes on", async () => {
  const target = await startRestless();
  const { pid } = target;
  const agent = await startRecording(["--blocking", "-r", 20_000, "--max-cpu", 100, "-p", pid]);
  await until(() => samplesIn(agent.output) > 0);
  void agent.child.kill("SIGTSTP");
  await until(() => statusField(agent.child.pid, "State").startsWith("T"));
  expectUnharmed(pid);
  void agent.child.kill("SIGCONT");
  void agent.child.kill("SIGINT");
  const { status, profile } = await finished(agent);
  expect({ status, damage: profile.damage }).toEqual({ status: 0, damage: [] });
  await expectGoesOn(target);
});

it("ends at the size that it was given, and says so", async () => {
  const { pid } = await startRestless();
  const { status, profile, output } = await record([
    ...["-r", 20_000, "--max-cpu", 100, "--max-size", "20K", "-d", 60, "-p", pid],
  ]);
  expect({ status, damage: profile.damage }).toEqual({ status: 0, damage: [] });
  expect(profile.recordings).toMatchObject([{ endReason: EndReason.END_LIMIT }]);
  expect(statSync(output).size).toBeGreaterThan(20 * 1024);
});

it("lowers its rate where it would take more of a CPU than it may, and says so", async () => {
  const { pid } = await startRestless();
  const { status, stderr, profile } = await record([
    ...["-r", 20_000, "--max-cpu", 2, "-d", 4, "-p", pid],
  ]);
  expect({ status, damage: profile.damage }).toEqual({ status: 0, damage: [] });
  expect(stderr).toContain("rate lowered from 20000 to");
  const { ticksAsked } = profile.recordings[0]!.counters!;
  expect(Number(ticksAsked)).toBeLessThan(4 * 20_000);
});
