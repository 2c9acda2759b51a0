// SPDX-License-Identifier: MIT
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AGENT, startAgent } from "../support/agent.ts";
import { ofUnknownLayout, selfDescribing } from "../support/altered-interpreter.ts";
import { ChildProgram } from "../support/child-program.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { startSample } from "../support/sampled-program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// What cannot be recorded: each its own message with advice, its exit code (docs/exit-codes.md),
// and no file left behind.

const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;

/** Above the largest id that Linux gives (PID_MAX_LIMIT is 2^22, ids end one below). */
const NO_PID = 4194304;

async function refusal(...argv: (string | number)[]) {
  const agent = startAgent(argv);
  const { status, stdout, stderr } = await agent.child.ended;
  expect(stdout).toBe("");
  expect(existsSync(agent.output)).toBe(false);
  expect(stderr).toMatch(/^pyspy-capture: error: /);
  return { status, stderr };
}

describe("a target that cannot be recorded", () => {
  it("because there is no such process", async () => {
    const { status, stderr } = await refusal("-p", NO_PID);
    expect({ status, stderr }).toMatchObject({ status: 6 });
    expect(stderr).toContain(`there is no process ${NO_PID}`);
    expect(stderr).toContain("pgrep -af python");
  });

  it("because it has ended and its parent has not asked how", async () => {
    // The shell's child ends at once; exec makes a parent of it that never waits.
    const parent = new ChildProgram({
      command: "sh",
      args: ["-c", "sleep 0 & echo $!; exec sleep 600"],
    });
    const [, pid] = await parent.says("stdout", /^(\d+)\n/);
    let end = await refusal("-p", pid!);
    // Until it is a zombie it is a process that is not Python.
    while (!end.stderr.includes("has ended")) {
      expect(end.status).toBe(6);
      end = await refusal("-p", pid!);
    }
    expect(end).toMatchObject({ status: 6 });
  });

  it("because it is not a Python process", async () => {
    const { pid } = new ChildProgram({ command: "sleep", args: ["600"] });
    const { status, stderr } = await refusal("-p", pid);
    expect({ status, stderr }).toMatchObject({ status: 6 });
    expect(stderr).toContain(`process ${pid} cannot be recorded`);
    expect(stderr).toMatch(/holds a Python interpreter/);
    expect(stderr).toContain("give the id of that one");
  });

  it("because it is a thread of the kernel", async () => {
    const { status, stderr } = await refusal("-p", 2);
    // 2 is kthreadd on a machine, and may be anything, or nothing, in a container.
    expect([5, 6], stderr).toContain(status);
  });

  it.skipIf(selfDescribing === undefined)(
    "because it is a version to come whose layout is not known",
    async () => {
      const { pid } = await startSample(ofUnknownLayout(selfDescribing!), "nested.py");
      const { status, stderr } = await refusal("-p", pid);
      expect({ status, stderr }).toMatchObject({ status: 6 });
      expect(stderr).toContain("CPython 3.16");
      expect(stderr).toContain("offsets that this agent does not know");
    },
  );

  it.skipIf(!isRoot)("because it belongs to another user", async () => {
    const { pid, child } = await startSample(anyInterpreter, "nested.py");
    const folder = temporaryFolder();
    chmodSync(folder, 0o777);
    // The checkout may be closed to others.
    const executable = join(folder, "pyspy-capture");
    copyFileSync(AGENT, executable);
    chmodSync(executable, 0o755);
    const output = join(folder, "run.pspy");
    const agent = startAgent(["-p", pid], { executable, output, uid: NOBODY, gid: NOBODY });
    const { status, stderr } = await agent.child.ended;
    expect({ status, stderr }).toMatchObject({ status: 5 });
    expect(stderr).toContain("belongs to another user (uid 0, you are 65534)");
    expect(stderr).toContain("sudo pyspy-capture");
    expect(existsSync(output)).toBe(false);
    expect((await child.finish()).status).toBe(0);
  });
});

describe("a wrong command line", () => {
  const cases: [string, string[], string][] = [
    ["no target", [], "-p PID, or -- PROGRAM"],
    ["both targets", ["-p", "1", "--", "true"], "one of them"],
    ["an unknown option", ["--sideways", "-p", "1"], "unknown option --sideways"],
    ["an unknown letter", ["-Z", "-p", "1"], "unknown option -Z"],
    ["a rate of nothing", ["-r", "0", "-p", "1"], '"0"'],
    ["a negative rate", ["-r", "-5", "-p", "1"], '"-5"'],
    ["a rate that is no number", ["-r", "fast", "-p", "1"], '"fast"'],
    ["a rate without end", ["-r", "inf", "-p", "1"], '"inf"'],
    ["a rate beyond all limits", ["-r", "1e9", "-p", "1"], '"1e9"'],
    ["no duration", ["-d", "0", "-p", "1"], '"0"'],
    ["a negative duration", ["-d", "-1", "-p", "1"], '"-1"'],
    ["a duration in letters", ["-d", "abc", "-p", "1"], '"abc"'],
    ["a duration with a unit", ["-d", "10s", "-p", "1"], '"10s"'],
    ["a process by name", ["-p", "python"], '"python"'],
    ["a negative process", ["-p", "-1"], '"-1"'],
    ["process zero", ["-p", "0"], '"0"'],
    ["a process beyond all limits", ["-p", "99999999999"], '"99999999999"'],
    ["an option without its value", ["-p"], "-p wants a value"],
    ["a ring of nothing", ["--ring", "0s", "-p", "1"], '"0s"'],
    ["a ring without a time", ["--ring", "long", "-p", "1"], '"long"'],
    ["an unknown level of privacy", ["--redact", "some", "-p", "1"], '"some"'],
    ["an unknown end", ["--at-end", "maybe", "--", "true"], '"maybe"'],
    ["all and one", ["--all", "-p", "1"], "one of them"],
    ["an output without a name", ["-o", "", "-p", "1"], "name of a file"],
  ];

  it.each(cases)("is refused with exit code 2: %s", (_, argv, message) => {
    const cwd = temporaryFolder();
    const { status, stdout, stderr } = spawnSync(AGENT, argv, { cwd, encoding: "utf8" });
    expect({ status, stdout, stderr }).toMatchObject({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^pyspy-capture: error: /);
    expect(stderr).toContain(message);
    expect(stderr).toContain("--help");
  });

  it("is not one that asks for help or the version", () => {
    const help = spawnSync(AGENT, ["--help"], { encoding: "utf8" });
    expect(help).toMatchObject({ status: 0, stderr: "" });
    for (const option of ["--pid", "--duration", "--rate", "--output", "--force"]) {
      expect(help.stdout).toContain(option);
    }
    const version = spawnSync(AGENT, ["-V"], { encoding: "utf8" });
    expect(version).toMatchObject({ status: 0, stderr: "" });
    expect(version.stdout).toMatch(/^pyspy-capture \d+\.\d+\.\d+\S*\n$/);
  });
});

describe("a program that cannot be launched", () => {
  async function launchFailure(...program: string[]) {
    const { status, stderr } = await startAgent(["--", ...program]).child.ended;
    return { status, stderr };
  }

  it("because it does not exist: 127, as in a shell", async () => {
    const { status, stderr } = await launchFailure("no-such-program-anywhere");
    expect({ status, stderr }).toMatchObject({ status: 127 });
    expect(stderr).toContain("no-such-program-anywhere: No such file or directory");
    expect((await launchFailure("/no/such/program")).status).toBe(127);
  });

  it("because it is not executable: 126, as in a shell", async () => {
    const file = join(temporaryFolder(), "data");
    writeFileSync(file, "not a program", { mode: 0o644 });
    const { status, stderr } = await launchFailure(file);
    expect({ status, stderr }).toMatchObject({ status: 126 });
    expect(stderr).toContain("Permission denied");
    expect((await launchFailure("/")).status).toBe(126);
  });
});
