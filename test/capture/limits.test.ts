// SPDX-License-Identifier: MIT
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EndReason } from "@pyspy/schemas";
import { expect, it } from "vitest";
import { AGENT, finished, record, startRecording } from "../support/agent.ts";
import { ChildProgram } from "../support/child-program.ts";
import { pythonCommand } from "../support/interpreters.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { childrenOf, threadsOf } from "../support/proc.ts";
import { startSample } from "../support/sampled-program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// What the agent may take of the machine: memory, and a real-time priority.

it("ends at the memory that it was given, and says so", async () => {
  const { pid } = await startSample(anyInterpreter, "two_threads.py");
  const argv = ["-r", 1000, "--max-memory", "64K", "-d", 60, "-p", pid];
  const { status, stderr, profile } = await record(argv);
  expect({ status, damage: profile.damage }).toEqual({ status: 0, damage: [] });
  expect(stderr).toContain("--max-memory was reached");
  expect(profile.recordings).toMatchObject([{ endReason: EndReason.END_LIMIT }]);
  expect(profile.samples.length).toBeGreaterThan(0);
});

it("goes on where it takes less memory than it may", async () => {
  const { pid } = await startSample(anyInterpreter, "two_threads.py");
  const argv = ["-r", 1000, "--max-memory", "1G", "-d", 1.5, "-p", pid];
  const { status, profile } = await record(argv);
  expect(status).toBe(0);
  expect(profile.recordings).toMatchObject([{ endReason: EndReason.END_DURATION }]);
});

const SCHED_OTHER = 0;
const SCHED_FIFO = 1;

/** Scheduling policy and real-time priority of a thread: fields 41 and 40 of its stat, proc(5). */
function schedulingOf(pid: number, tid: number) {
  const text = readFileSync(`/proc/${pid}/task/${tid}/stat`, "latin1");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { policy: Number(fields[41 - 3]), priority: Number(fields[40 - 3]) };
}

const ORDINARY = { policy: SCHED_OTHER, priority: 0 };
const schedulingsOf = (pid: number) => threadsOf(pid).map((tid) => schedulingOf(pid, tid));

const mayBeRealtime = spawnSync("chrt", ["-f", "1", "true"]).status === 0;
if (!mayBeRealtime) console.log("skipped: --realtime: no real-time priority may be had here");

it.skipIf(!mayBeRealtime)("--realtime: the agent alone has a real-time priority", async () => {
  const { pid } = await startSample(anyInterpreter, "two_threads.py");
  const agent = await startRecording(["--realtime", "-r", 100, "-p", pid]);
  expect(schedulingsOf(agent.child.pid)).toEqual([{ policy: SCHED_FIFO, priority: 1 }]);
  expect(schedulingsOf(pid)).toEqual([ORDINARY, ORDINARY, ORDINARY]);
  agent.child.process.kill("SIGINT");
  const { status, stderr } = await finished(agent);
  expect(status).toBe(0);
  expect(stderr).not.toContain("--realtime");
});

it.skipIf(!mayBeRealtime)("--realtime: a launched program does not inherit it", async () => {
  const { command, args } = pythonCommand(anyInterpreter, ["-c", "input()"]);
  const agent = await startRecording(["--realtime", "-r", 100, "--", command, ...args]);
  expect(schedulingsOf(agent.child.pid)).toEqual([{ policy: SCHED_FIFO, priority: 1 }]);
  const [pid] = childrenOf(agent.child.pid);
  expect(schedulingsOf(pid!)).toEqual([ORDINARY]);
  agent.child.process.stdin?.end();
  await finished(agent);
});

// As root, who may have any priority: without the capability, and without a limit that allows it.
const WITHOUT = ["--rtprio=0", "setpriv", "--bounding-set=-sys_nice", "--inh-caps=-sys_nice"];
const mayDrop = spawnSync("prlimit", [...WITHOUT, "chrt", "-f", "1", "true"]);
const isDropped = /failed to set|not permitted/i.test(mayDrop.stderr?.toString() ?? "");
if (!isDropped) console.log("skipped: --realtime without permission: it cannot be dropped here");

it.skipIf(!isDropped)("--realtime: without permission it says so, and records", async () => {
  const { pid } = await startSample(anyInterpreter, "two_threads.py");
  const output = join(temporaryFolder(), "run.pspy");
  const options = ["--realtime", "-r", "100", "-d", "0.3", "-p", String(pid), "-o", output];
  const child = new ChildProgram({ command: "prlimit", args: [...WITHOUT, AGENT, ...options] });
  const { status, stderr } = await child.ended;
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(stderr).toMatch(
    /--realtime: Operation not permitted; run as root, or with the capability SYS_NICE/,
  );
});
