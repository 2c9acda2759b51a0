// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { readCapture } from "@pyspy/analyze";
import { expect, it } from "vitest";
import { AGENT } from "../support/agent.ts";
import { ChildProgram } from "../support/child-program.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { expectUnharmed } from "../support/proc.ts";
import { startSample } from "../support/sampled-program.ts";
import { until } from "../support/until.ts";

// What happens to an agent, and to its target, whose stream nobody reads.

/** An agent that fills its pipe within a moment, since every sample is another. */
function startStream(pid: number): ChildProgram {
  const args = ["-q", "-o", "-", "-r", "5000", "--max-cpu", "100", "-p", String(pid)];
  const agent = new ChildProgram({ command: AGENT, args }, { stdio: ["ignore", "pipe", "pipe"] });
  agent.process.stdout!.pause();
  return agent;
}

const POLL = "7 "; // SYS_poll on x86_64
const LOOKS = 10;

/** It waits for its reader, each time that it is looked at: nothing else of it is in poll(2). */
async function waitsForReader({ pid }: ChildProgram): Promise<void> {
  let seen = 0;
  await until(() => {
    seen = readFileSync(`/proc/${pid}/syscall`, "latin1").startsWith(POLL) ? seen + 1 : 0;
    return seen === LOOKS;
  });
}

it("misses ticks, says so, and goes on when it is read", async () => {
  const { pid } = await startSample(anyInterpreter, "recursion.py");
  const agent = startStream(pid);
  await waitsForReader(agent);
  expectUnharmed(pid);
  const before = agent.bytes("stdout").length;
  agent.process.stdout!.resume();
  // More than the pipe held: written since.
  await until(() => agent.bytes("stdout").length > before + 100_000);
  const { status } = await agent.kill("SIGINT");
  expect(status).toBe(0);
  const { recordings, damage } = readCapture(agent.bytes("stdout"));
  expect(damage).toEqual([]);
  expect(Number(recordings[0]!.counters!.ticksMissed)).toBeGreaterThan(0);
  expectUnharmed(pid);
});

it("ends soon when it is told to, though nobody reads", async () => {
  const { pid } = await startSample(anyInterpreter, "recursion.py");
  const agent = startStream(pid);
  await waitsForReader(agent);
  const exited = new Promise<number | null>((resolve) => agent.process.once("exit", resolve));
  agent.process.kill("SIGINT");
  expect(await exited).toBe(8);
  expectUnharmed(pid);
  agent.process.stdout!.resume();
  const end = await agent.ended;
  expect(end.stderr).toContain("nobody reads it");
});
