// SPDX-License-Identifier: MIT
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { AGENT, openCapture } from "../support/agent.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { startSample } from "../support/sampled-program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// What users of py-spy type: it works, or the message says what to type.

function run(...args: (string | number)[]) {
  return spawnSync(AGENT, args.map(String), { encoding: "utf8" });
}

it("accepts what a recording has a use for", async () => {
  const { pid } = await startSample(anyInterpreter, "nested.py");
  const output = join(temporaryFolder(), "run.pspy");
  const common = ["-d", 1, "-r", 100, "-s", "--nonblocking", "-o", output];
  const { status, stderr } = run("record", ...common, "--pid", pid);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(openCapture(output).samples.length).toBeGreaterThan(0);
});

it.each([
  ["--gil", "--gil is no option of a recording: ask the capture: pyspy-analyze FILE --gil"],
  ["-g", "pyspy-analyze FILE --gil"],
  ["-i", "pyspy-analyze FILE --idle"],
  ["--idle", "pyspy-analyze FILE --idle"],
  ["-t", "pyspy-analyze FILE --threads"],
  ["-F", "pyspy-analyze FILE --function"],
  ["--nolineno", "pyspy-analyze FILE --function"],
  ["--format=speedscope", "pyspy-analyze FILE --format"],
  ["-f", "pyspy-analyze FILE --format"],
  ["--full-filenames", "in full"],
  ["-l", "dump --locals"],
])("says what to do instead of %s", (option, instead) => {
  const { status, stderr } = run(option, "-p", process.pid);
  expect({ status, stderr }).toMatchObject({ status: 2 });
  expect(stderr).toContain(instead);
});

it.each([
  ["top", "pyspy-analyze top -p PID"],
  ["dump", "pyspy-analyze dump -p PID"],
])("says what to do instead of %s", (command, does) => {
  const { status, stderr } = run(command, "--pid", process.pid);
  expect({ status, stderr }).toMatchObject({ status: 2 });
  expect(stderr).toContain(does);
});

it("does not write a capture by the name of a picture", () => {
  const output = join(temporaryFolder(), "profile.svg");
  const { status, stderr } = run("-o", output, "-p", process.pid);
  expect({ status, stderr }).toMatchObject({ status: 2 });
  expect(stderr).toContain(`pyspy-analyze NAME.pspy -o ${output}`);
  expect(existsSync(output)).toBe(false);
});

it("launches a program by the name of a command", () => {
  const { status } = run("-q", "-o", "/dev/null", "--", "top", "-b", "-n", 1);
  expect([0, 127]).toContain(status);
});
