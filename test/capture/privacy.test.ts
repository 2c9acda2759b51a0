// SPDX-License-Identifier: MIT
import { copyFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Redaction } from "@pyspy/schemas";
import { expect, it, onTestFinished } from "vitest";
import { record } from "../support/agent.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { pythonCommand } from "../support/python-command.ts";

// What a capture tells of those who use the program: docs/privacy.md.

const SECRET = "hunter2-is-secret";
const NESTED = fileURLToPath(new URL("../../samples/nested.py", import.meta.url));

/** A program with a secret among its arguments and one in its environment. */
function run(options: readonly string[], script: string = NESTED) {
  const { command, args } = pythonCommand(anyInterpreter, [script, "--seconds", "0.3", SECRET]);
  const env = { ...process.env, API_TOKEN: SECRET, RANK: "7" };
  return record([...options, "--", command, ...args], { env });
}

it("by default has the script, and neither arguments nor environment nor host", async () => {
  const { profile, output } = await run([]);
  const [process] = profile.processes;
  expect(process!.command.at(-1)).toBe(NESTED);
  const { host, options } = profile.recordings[0]!.header;
  expect(host).toMatchObject({ name: "" });
  expect(host!.bootId).toHaveLength(0);
  expect(options!.redaction).toBe(Redaction.DEFAULT);
  expect(readFileSync(output).includes(SECRET)).toBe(false);
});

it("has the control group of each process, but for --redact strict", async () => {
  const lines = readFileSync("/proc/self/cgroup", "utf8").trimEnd().split("\n");
  const paths = lines.map((line) => line.replace(/^\d+:[^:]*:/, ""));
  const longest = paths.reduce((one, other) => (other.length > one.length ? other : one), "");
  expect(longest).toMatch(/^\//);
  const groups = async (options: readonly string[]) =>
    (await run(options)).profile.processes.map(({ cgroup }) => cgroup);
  expect(await groups([])).toEqual([longest]);
  expect(await groups(["--redact", "strict"])).toEqual([""]);
});

it("--redact none: has the whole command line, the host and its boot", async () => {
  const { profile, output } = await run(["--redact", "none"]);
  expect(profile.processes[0]!.command.slice(-4)).toEqual([NESTED, "--seconds", "0.3", SECRET]);
  const { host } = profile.recordings[0]!.header;
  expect(host).toMatchObject({ name: hostname() });
  expect(host!.bootId).toHaveLength(16);
  expect(readFileSync(output).includes("API_TOKEN")).toBe(false);
});

it("--redact strict: has no command line, and no home directory", async () => {
  const home = `/home/pyspy-test-${process.pid}`;
  try {
    mkdirSync(join(home, "app"), { recursive: true });
  } catch (error) {
    console.log(`skipped: no directory in /home here: ${error}`);
    return;
  }
  onTestFinished(() => rmSync(home, { recursive: true }));
  const script = join(home, "app/nested.py");
  for (const file of ["nested.py", "sample_protocol.py"]) {
    copyFileSync(
      fileURLToPath(new URL(`../../samples/${file}`, import.meta.url)),
      join(home, "app", file),
    );
  }
  const { profile, output } = await run(["--redact", "strict"], script);
  expect(profile.processes[0]!.command).toEqual([]);
  expect(profile.functions.map(({ file }) => file)).toContain("~/app/nested.py");
  const bytes = readFileSync(output);
  for (const text of [SECRET, home, hostname()]) expect(bytes.includes(text)).toBe(false);
});

it("--env NAME: has that variable, and no other", async () => {
  const { profile, output } = await run(["--env", "RANK", "--env", "NOT_THERE"]);
  expect(profile.processes[0]!.environment).toEqual({ RANK: "7" });
  expect(readFileSync(output).includes(SECRET)).toBe(false);
});
