// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { readCapture } from "@pyspy/analyze";
import { expect, it } from "vitest";
import { conservationErrors } from "../../packages/analyze/src/testing/conservation.ts";
import { finished, startRecording } from "../support/agent.ts";
import { ChildProgram } from "../support/child-program.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { processesOf } from "../support/process-view.ts";
import { programPath, pythonCommand } from "../support/python-command.ts";
import { expectWhole } from "../support/tree-program.ts";

// Some seconds of what `npm run bench -- churn` does for ten minutes.

const SECONDS = 4;
const PROGRAM = fileURLToPath(new URL("../../bench/targets/churning_tree.py", import.meta.url));

it("a tree that changes all the time is in a file that opens at any moment, and adds up", async () => {
  const args = [programPath(anyInterpreter, PROGRAM), SECONDS, constants.signals.SIGSEGV].map(
    String,
  );
  const program = new ChildProgram(pythonCommand(anyInterpreter, args));
  await program.says("stdout", /^ready$/m);
  const agent = await startRecording(["-S", "-r", 1000, "-p", program.pid]);
  const ring = await startRecording(["-S", "-r", 1000, "--ring", "2s", "-p", program.pid]);
  program.process.stdin!.write("go\n");
  let over = false;
  void program.ended.then(() => (over = true));
  let opened = 0;
  while (!over) {
    const { damage } = readCapture(readFileSync(agent.output));
    // The last record may be half written.
    expect(damage.filter(({ kind }) => kind !== "truncated")).toEqual([]);
    opened += 1;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(opened).toBeGreaterThan(5);
  const whole = await finished(agent);
  const last = await finished(ring);
  for (const recorded of [whole, last]) {
    expectWhole(recorded);
    const { profile } = recorded;
    expect(conservationErrors(profile, {})).toEqual([]);
    const { samples, ticksAsked, ticksTaken, ticksMissed } = profile.recordings[0]!.counters!;
    expect(ticksTaken + ticksMissed).toBe(ticksAsked);
    expect(profile.samples.ticks.reduce((sum, ticks) => sum + ticks, 0)).toBe(Number(samples));
    const ended = profile.processes.find(({ pid }) => pid === program.pid);
    expect(ended).toMatchObject({ exit: { signal: constants.signals.SIGSEGV } });
  }
  const seen = processesOf(whole.profile);
  for (const name of ["works", "starts_threads", "forks_again", "crashes"]) {
    expect(seen.some(({ functions }) => functions.has(name))).toBe(true);
  }
  expect(seen.some(({ exit }) => exit?.signal === constants.signals.SIGABRT)).toBe(true);
  // It holds the last seconds, and no more than a chunk before them.
  const { startNanos, endNanos } = last.profile.recordings[0]!;
  expect(endNanos - startNanos).toBeLessThan(SECONDS * 1e9);
});
