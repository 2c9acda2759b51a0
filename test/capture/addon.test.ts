// SPDX-License-Identifier: MIT
import { fileURLToPath } from "node:url";
import { readCapture, validateProfile } from "@pyspy/analyze";
import { CaptureError, type CaptureOptions, capture, snapshot } from "@pyspy/capture";
import { describe, expect, it } from "vitest";
import { ChildProgram } from "../support/child-program.ts";
import { hostileProgram } from "../support/hostile-program.ts";
import { anyInterpreter, supportedInterpreters } from "../support/on-each-python.ts";
import { childrenOf, expectUnharmed } from "../support/proc.ts";
import { processWith } from "../support/process-view.ts";
import { type Command, pythonCommand } from "../support/python-command.ts";
import { sampleCommand, startSample } from "../support/sampled-program.ts";

// The agent as a part of Node: in a thread of this process, or of a Node of its own where that ends.

const IN_THREAD = { runIn: "thread" } as const;

/** Starts a program that is not a child of this process. */
async function startElsewhere({
  command,
  args,
}: Command): Promise<{ pid: number; child: ChildProgram }> {
  const child = new ChildProgram({
    command: "sh",
    args: ["-c", '"$@"; :', "sh", command, ...args],
  });
  await child.says("stdout", /^ready$/m);
  return { pid: childrenOf(child.pid)[0]!, child };
}

const startSampleElsewhere = (name: string) => startElsewhere(sampleCommand(anyInterpreter, name));

async function collect(options: CaptureOptions): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of capture({ ...IN_THREAD, ...options })) parts.push(part);
  return Buffer.concat(parts);
}

function open(bytes: Uint8Array) {
  const profile = readCapture(bytes);
  validateProfile(profile);
  return profile;
}

const PACKAGE = JSON.stringify(new URL("../../packages/capture/dist/index.js", import.meta.url));

/** A Node of its own that runs a module, which has `capture`, `snapshot` and `pid`. */
function startNode(source: string, pid: number): ChildProgram {
  const prelude = `import { capture, snapshot } from ${PACKAGE};\nconst pid = ${pid};\n`;
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const args = ["--input-type=module", "-e", prelude + source];
  return new ChildProgram({ command: process.execPath, args }, { cwd });
}

describe("a recording in this process", () => {
  it("is what the executable records, and starts no process", async () => {
    const { pid } = await startSampleElsewhere("nested.py");
    const options = { pids: [pid], rateHertz: 200, durationSeconds: 1.2 };
    const before = childrenOf(process.pid);
    const parts: Uint8Array[] = [];
    for await (const part of capture({ ...options, ...IN_THREAD })) {
      parts.push(part);
      open(Buffer.concat(parts));
      expect(childrenOf(process.pid)).toEqual(before);
    }
    expect(parts.length).toBeGreaterThan(2);
    const own = open(Buffer.concat(parts));
    const other = open(await collect({ ...options, runIn: "process" }));
    for (const { damage, recordings } of [own, other]) {
      expect(damage).toEqual([]);
      const { ticksAsked, ticksTaken, ticksMissed } = recordings[0]!.counters!;
      expect(ticksTaken + ticksMissed).toBe(ticksAsked);
    }
    expect(own.recordings[0]!.header.options).toEqual(other.recordings[0]!.header.options);
    expect(own.recordings[0]!.endReason).toBe(other.recordings[0]!.endReason);
    expect(processWith(own, pid).functions).toEqual(processWith(other, pid).functions);
    expectUnharmed(pid);
  });

  it("follows a tree", async () => {
    const source = `
import os, sys, time
print("ready", flush=True)
sys.stdin.readline()
def in_child():
    end = time.monotonic() + 0.4
    while time.monotonic() < end: sum(range(500))
if os.fork() == 0:
    in_child()
    os._exit(7)
os.wait()`;
    const { pid, child } = await startElsewhere(pythonCommand(anyInterpreter, ["-c", source]));
    const parts: Uint8Array[] = [];
    for await (const part of capture({ pids: [pid], subprocesses: true, ...IN_THREAD })) {
      if (parts.push(part) === 1) child.process.stdin!.write("go\n");
    }
    const { processes, damage } = open(Buffer.concat(parts));
    expect(damage).toEqual([]);
    const forked = processes.find(({ parentPid }) => parentPid === pid);
    expect(forked).toMatchObject({ exit: { status: 7 } });
  });

  it("ends when its loop is left, when it is told to, and before it has begun", async () => {
    const { pid } = await startSampleElsewhere("nested.py");
    for await (const part of capture({ pids: [pid], ...IN_THREAD })) {
      expect(part.length).toBeGreaterThan(0);
      break;
    }
    const told = new AbortController();
    const parts: Uint8Array[] = [];
    // So seldom that it sleeps when it is told.
    const seldom = { pids: [pid], rateHertz: 0.01, signal: told.signal, ...IN_THREAD };
    for await (const part of capture(seldom)) {
      parts.push(part);
      told.abort();
    }
    expect(open(Buffer.concat(parts)).damage).toEqual([]);
    const late = open(await collect({ pids: [pid], signal: told.signal }));
    expect(late.recordings[0]!.endMessage).toContain("interrupted");
    expectUnharmed(pid);
  });

  it("may be one of several, also of the same process", async () => {
    const [one, two] = [
      await startSampleElsewhere("nested.py"),
      await startSampleElsewhere("two_threads.py"),
    ];
    const all = [[one.pid], [one.pid], [two.pid], [one.pid, two.pid]];
    const recorded = await Promise.all(
      all.map((pids) => collect({ pids, rateHertz: 200, durationSeconds: 0.6 })),
    );
    recorded.forEach((bytes, i) => {
      const profile = open(bytes);
      expect(profile.damage).toEqual([]);
      expect(profile.processes.map(({ pid }) => pid).toSorted()).toEqual(all[i]!.toSorted());
    });
    for (const { pid } of [one, two]) expectUnharmed(pid);
  });

  it("waits for a reader that does not read, and loses nothing of what it took", async () => {
    const { pid } = await startSampleElsewhere("nested.py");
    const recording = capture({ pids: [pid], rateHertz: 1000, durationSeconds: 1, ...IN_THREAD });
    const first = await recording.next();
    const held = new Int32Array(new SharedArrayBuffer(4));
    Atomics.wait(held, 0, 0, 1500); // this thread does nothing else meanwhile
    const parts = [first.value as Uint8Array];
    for await (const part of recording) parts.push(part);
    const { damage, recordings, samples } = open(Buffer.concat(parts));
    expect(damage).toEqual([]);
    const sum = samples.ticks.reduce((total, ticks) => total + ticks, 0);
    expect(sum).toBe(Number(recordings[0]!.counters!.samples));
  });

  it.each([
    ["no process", { pids: [4194304] }, "TARGET", /no process 4194304/],
    ["no Python", { pids: [process.pid] }, "TARGET", /holds a Python interpreter/],
    ["a wrong rate", { pids: [1], rateHertz: -1 }, "USAGE", /-r wants/],
    ["nothing to record", {}, "USAGE", /what is to be recorded/],
    ["a program", { program: ["true"] }, "USAGE", /a program that is launched/],
    ["an executable", { pids: [1], agent: "/bin/true" }, "USAGE", /executable is named/],
  ] as const)("refuses with a typed error: %s", async (_, options, code, message) => {
    const said: string[] = [];
    const error: unknown = await collect({
      ...options,
      onMessage: (text) => said.push(text),
    }).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(CaptureError);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect((error as CaptureError).advice).not.toBe("");
    if (code === "TARGET") expect(said.join("")).toMatch(message);
  });

  it("tells of one of several that is not recorded, and records the others", async () => {
    const { pid } = await startSampleElsewhere("nested.py");
    let said = "";
    const options = { pids: [4194304, pid], durationSeconds: 0.3 };
    const { processes } = open(await collect({ ...options, onMessage: (text) => (said += text) }));
    expect(processes.map((process) => process.pid)).toEqual([pid]);
    expect(said).toContain("there is no process 4194304");
  });

  it("leaves children of this process to the executable", async () => {
    const { pid } = await startSample(anyInterpreter, "nested.py");
    await expect(collect({ pids: [pid] })).rejects.toMatchObject({
      code: "USAGE",
      message: expect.stringContaining(`process ${pid} is a child of this process`),
    });
    const profile = open(await collect({ pids: [pid], durationSeconds: 0.3, runIn: undefined! }));
    expect(processWith(profile, pid).functions).toContain("inner");
  });

  it("is a moment, with all threads", async () => {
    const { pid } = await startSampleElsewhere("two_threads.py");
    const profile = open(await snapshot(pid, IN_THREAD));
    expect(profile.threads.length).toBeGreaterThanOrEqual(2);
    await expect(snapshot(process.pid, IN_THREAD)).rejects.toMatchObject({ code: "TARGET" });
    expectUnharmed(pid);
  });
});

describe("a Node that records", () => {
  it("exits with a recording open, and harms nothing", async () => {
    const { pid } = await startSampleElsewhere("nested.py");
    const source = `
const options = { pids: [pid], rateHertz: 2000, strategy: "blocking", runIn: "thread" };
for await (const part of capture(options)) if (part.length > 500) process.exit(7);`;
    expect(await startNode(source, pid).ended).toMatchObject({ status: 7, stderr: "" });
    expectUnharmed(pid);
  });

  it("is not kept alive by a recording that nobody asks for more", async () => {
    const { pid } = await startSampleElsewhere("nested.py");
    const source = `
const recording = capture({ pids: [pid], runIn: "thread" });
console.log((await recording.next()).done);`;
    const end = await startNode(source, pid).ended;
    expect(end).toMatchObject({ status: 0, stdout: "false\n", stderr: "" });
    expectUnharmed(pid);
  });

  it("may do it in a worker, which may be ended at any moment", async () => {
    const { pid } = await startSampleElsewhere("nested.py");
    const source = `
import { Worker } from "node:worker_threads";
import { once } from "node:events";
const work = \`
import { capture } from ${PACKAGE};
import { parentPort } from "node:worker_threads";
const options = { pids: [${pid}], rateHertz: 1000, strategy: "blocking", runIn: "thread" };
for await (const part of capture(options)) parentPort.postMessage(part.length);\`;
for (let round = 0; round < 5; round++) {
  const worker = new Worker(new URL("data:text/javascript," + encodeURIComponent(work)));
  for (let part = 0; part < round; part++) await once(worker, "message");
  await worker.terminate();
}
let size = 0;
for await (const part of capture({ pids: [pid], durationSeconds: 0.3, runIn: "thread" })) size += part.length;
console.log(size > 0);`;
    const end = await startNode(source, pid).ended;
    expect(end).toMatchObject({ status: 0, stdout: "true\n", stderr: "" });
    expectUnharmed(pid);
  });

  it("is told of the ends of its children, and of no others, and keeps its signals", async () => {
    const { pid } = await startSampleElsewhere("two_threads.py");
    const python = pythonCommand(anyInterpreter, ["-c", "while True: sum(range(500))"]);
    const source = `
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
const busy = spawn(${JSON.stringify(python.command)}, ${JSON.stringify(python.args)});
let ends = 0;
busy.on("exit", () => ends++);
const codes = (async () => {
  const codes = [];
  for (let code = 0; code < 20; code++) {
    codes.push((await once(spawn("sh", ["-c", "exit " + code]), "exit"))[0]);
  }
  return codes.join();
})();
let interrupts = 0;
process.on("SIGINT", () => interrupts++);
process.kill(process.pid, "SIGINT");
const stopped = new AbortController();
codes.then(() => stopped.abort());
const options = { all: true, rateHertz: 1000, strategy: "blocking", runIn: "thread" };
for await (const part of capture({ ...options, signal: stopped.signal }));
console.log(await codes, spawnSync("sh", ["-c", "exit 3"]).status, ends, interrupts);
busy.kill("SIGKILL");
console.log((await once(busy, "exit"))[1]);`;
    const codes = Array.from({ length: 20 }, (_, code) => code).join();
    const end = await startNode(source, pid).ended;
    expect(end).toMatchObject({ status: 0, stdout: `${codes} 3 0 1\nSIGKILL\n`, stderr: "" });
  });

  it.skipIf(process.getuid?.() !== 0)("is told that it may not read a process", async () => {
    const { pid } = await startSampleElsewhere("nested.py");
    const source = `
await capture({ pids: [0], runIn: "thread" }).next().catch(() => {}); // has the addon loaded
process.setgroups([]); process.setgid(65534); process.setuid(65534);
await snapshot(pid, { runIn: "thread" }).catch(({ name, code, message, advice }) =>
  console.log(name, code, message !== "", advice.includes("belongs to another user")));`;
    const end = await startNode(source, pid).ended;
    expect(end).toMatchObject({ status: 0, stdout: "CaptureError PERMISSION true true\n" });
  });

  // Its structures are those of 3.13 and later, and it is an interpreter of this machine.
  const hostile = supportedInterpreters.find(
    ({ minor, root }) => minor === "3.13" && root === undefined,
  );
  it.skipIf(hostile === undefined)("survives a hostile target", async () => {
    const program = await startElsewhere(pythonCommand(hostile!, ["-c", hostileProgram()]));
    const source = `
import { CaptureError } from ${PACKAGE};
const fine = (error) => { if (!(error instanceof CaptureError)) throw error; };
let first = true;
const kinds = [{}, { native: true }, { strategy: "nonblocking" }];
await Promise.all(kinds.map(async (kind) => {
  const options = { pids: [pid], rateHertz: 2000, durationSeconds: 1, ...kind, runIn: "thread" };
  try {
    for await (const part of capture(options)) if (first) { first = false; console.log("go"); }
  } catch (error) { fine(error); }
}));
// At once: each waits for two seconds for what might be a Python that is just starting.
const moments = Array.from({ length: 12 }, (_, i) =>
  snapshot(pid, { locals: {}, native: i % 2 === 0, runIn: "thread" }).catch(fine));
await Promise.all(moments);
console.log("alive");`;
    const node = startNode(source, program.pid);
    await node.says("stdout", /go/);
    program.child.process.stdin!.write("go\n");
    expect(await node.ended).toMatchObject({ status: 0, stdout: "go\nalive\n", stderr: "" });
    expectUnharmed(program.pid);
  });
});
