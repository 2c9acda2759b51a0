// SPDX-License-Identifier: MIT
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { expect, it } from "vitest";
import { AGENT } from "../support/agent.ts";
import { ofUnknownLayout, selfDescribing } from "../support/altered-interpreter.ts";
import { ChildProgram } from "../support/child-program.ts";
import { anyInterpreter, describeOnEachBuild } from "../support/on-each-python.ts";
import { startSample } from "../support/sampled-program.ts";

// --explain: what was looked at and found, in words that can be pasted into an issue.

function explain(pid: number) {
  const { status, stdout, stderr } = spawnSync(AGENT, ["--explain", "-p", String(pid)], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describeOnEachBuild((interpreter) => {
  it("is explained", async () => {
    const { pid, child } = await startSample(interpreter, "two_threads.py");
    const { status, stdout, stderr } = explain(pid);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const [major, minor] = interpreter.minor.split(".");
    expect(stdout).toMatch(new RegExp(`\\nInterpreter\\n  CPython ${major}\\.${minor}`));
    for (const part of ["Process", "Permission", "Namespaces", "Memory map", "Threads"]) {
      expect(stdout).toContain(`\n${part}\n`);
    }
    for (const name of ["alpha", "beta"]) expect(stdout).toContain(` ${name}\n`);
    expect(stdout).toContain(`thread ${pid} MainThread, the main thread`);
    expect(stdout).toContain(`It can be recorded: pyspy-capture -p ${pid}`);
    if (interpreter.freeThreaded) expect(stdout).toContain("free-threaded");
    expect(await child.finish()).toMatchObject({ status: 0 });
  });
});

it("says what was looked at where there is no Python", () => {
  const { pid } = new ChildProgram({ command: "sleep", args: ["600"] });
  const { status, stdout } = explain(pid);
  expect(status).toBe(6);
  expect(stdout).toMatch(/\/sleep: looked at\n/);
  expect(stdout).toMatch(/\/sleep: variables scanned\n/);
  expect(stdout).toContain("It cannot be recorded: none of its");
});

it("finds the Python that a wrapper started", async () => {
  const child = new ChildProgram({
    command: "sh",
    args: ["-c", "python3 -c 'print(\"ready\", flush=True); input()'; true"],
  });
  await child.says("stdout", /^ready$/m);
  const { status, stdout } = explain(child.pid);
  expect(status).toBe(6);
  expect(stdout).toMatch(/these seem to be Python: \d+\. Give their ids, or --subprocesses/);
});

it.skipIf(selfDescribing === undefined)("says why a Python cannot be read", async () => {
  const { pid } = await startSample(ofUnknownLayout(selfDescribing!), "nested.py");
  const { status, stdout } = explain(pid);
  expect(status).toBe(6);
  expect(stdout).toContain("it describes itself (_Py_DebugOffsets): CPython 3.16");
  expect(stdout).toContain("It cannot be recorded: its interpreter, CPython 3.16");
});

it("says that a thread is no process", async () => {
  const { pid } = await startSample(anyInterpreter, "two_threads.py");
  const tid = readdirSync(`/proc/${pid}/task`)
    .map(Number)
    .find((one) => one !== pid);
  const { status, stdout } = explain(tid!);
  expect(status).toBe(6);
  expect(stdout).toContain(`It cannot be recorded: ${tid} is a thread`);
});

it("says that there is no such process", () => {
  const { status, stdout } = explain(4194304);
  expect(status).toBe(6);
  expect(stdout).toContain("It cannot be recorded: there is no process 4194304");
});
