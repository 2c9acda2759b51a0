// SPDX-License-Identifier: MIT
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { EndReason } from "@pyspy/schemas";
import { describe, expect, it } from "vitest";
import { AGENT, finished, recordLaunch, startAgent, startRecording } from "../support/agent.ts";
import { ofUnknownLayout, selfDescribing } from "../support/altered-interpreter.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { childrenOf, expectUnharmed } from "../support/proc.ts";
import { allRuns, namesOf } from "../support/profile-view.ts";
import { pythonCommand } from "../support/python-command.ts";
import { sampleCommand } from "../support/sampled-program.ts";

// pyspy-capture -- PROGRAM: the program must not notice, and its caller neither.

const python = (source: string) => pythonCommand(anyInterpreter, ["-c", source]);
const argvOf = ({ command, args }: { command: string; args: string[] }) => [command, ...args];

describe("the end of a launched program", () => {
  it("passes its exit status on", async () => {
    const { status, profile } = await recordLaunch([], python("raise SystemExit(3)"));
    expect(status).toBe(3);
    expect(profile.recordings).toMatchObject([{ endReason: EndReason.END_TARGET_EXITED }]);
  });

  it("is recorded, with the status", async () => {
    const source = "import time\ntime.sleep(0.3)\nraise SystemExit(4)";
    const { status, profile } = await recordLaunch([], python(source));
    expect(status).toBe(4);
    expect(profile.processes).toMatchObject([{ exit: { status: 4 } }]);
  });

  it.each([
    ["SIGTERM", 15],
    ["SIGKILL", 9],
    ["SIGSEGV", 11],
  ])("by %s gives 128 + its number", async (name, number) => {
    const source = `import os, signal, time\ntime.sleep(0.3)\nos.kill(os.getpid(), signal.${name})`;
    const { status, profile } = await recordLaunch([], python(source));
    expect(status).toBe(128 + number);
    expect(profile.processes).toMatchObject([{ exit: { signal: number } }]);
  });

  it("is waited for when the recording has ended before it", async () => {
    const source = "import time\ntime.sleep(0.8)\nprint('last words')\nraise SystemExit(5)";
    const { status, stdout, profile } = await recordLaunch(["-d", 0.2], python(source));
    expect({ status, stdout }).toEqual({ status: 5, stdout: "last words\n" });
    expect(profile.recordings).toMatchObject([{ endReason: EndReason.END_DURATION }]);
  });

  it("comes when the agent is asked to end", async () => {
    const command = sampleCommand(anyInterpreter, "nested.py");
    const agent = await startRecording(["--", ...argvOf(command)]);
    await agent.child.says("stdout", /^ready$/m);
    agent.child.process.kill("SIGTERM");
    const { status, stderr, profile } = await finished(agent);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(profile.damage).toEqual([]);
  });

  it("does not come when the agent is killed: it goes on unharmed", async () => {
    const command = sampleCommand(anyInterpreter, "flutter.py");
    const { child } = await startRecording(["-r", 2000, "--", ...argvOf(command)]);
    await child.says("stdout", /^ready$/m);
    const [pid] = childrenOf(child.pid);
    child.process.kill("SIGKILL");
    await new Promise((resolve) => child.process.once("exit", resolve));
    expectUnharmed(pid!);
    // Its input is that of the agent: the sample ends with it, and then its output does.
    await child.finish();
  });
});

describe("a launched program", () => {
  it("has standard input, output and error to itself", async () => {
    const source = `import sys
data = sys.stdin.buffer.read()
sys.stderr.write("to error\\n")
sys.stdout.buffer.write(data[::-1])`;
    const data = randomBytes(1 << 20);
    const agent = startAgent(["-q", "--", ...argvOf(python(source))]);
    agent.child.process.stdin!.end(data);
    const { status, stderr } = await agent.child.ended;
    expect({ status, stderr }).toEqual({ status: 0, stderr: "to error\n" });
    const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
    expect(digest(agent.child.bytes("stdout"))).toBe(digest(data.reverse()));
  });

  it("finds signals, limits and files as without the agent", () => {
    const script = "grep ^Sig[BI] /proc/self/status; cat /proc/self/limits; ls /proc/self/fd";
    const argv = ["sh", "-c", script];
    const options = { encoding: "utf8", cwd: "/" } as const;
    const alone = spawnSync(argv[0]!, argv.slice(1), options);
    const launched = spawnSync(AGENT, ["-q", "-o", "/dev/null", "--", ...argv], options);
    expect(alone.stdout).toContain("Max open files");
    expect(launched).toMatchObject({ status: 0, stdout: alone.stdout });
  });

  it("may be started by a shell that becomes it", async () => {
    const nested = sampleCommand(anyInterpreter, "nested.py", ["--seconds", "0.5"]);
    const command = { command: "sh", args: ["-c", 'exec "$0" "$@"', ...argvOf(nested)] };
    const { status, profile } = await recordLaunch(["-r", 500], command);
    expect({ status, damage: profile.damage }).toEqual({ status: 0, damage: [] });
    expect(allRuns(profile).map((run) => namesOf(profile, run).at(-1))).toContain("inner");
  });

  it("may be something else than Python", async () => {
    const command = { command: "sh", args: ["-c", "echo shell; exit 7"] };
    const { status, stdout, stderr, profile } = await recordLaunch([], command);
    expect({ status, stdout }).toEqual({ status: 7, stdout: "shell\n" });
    expect(stderr).toContain("before Python ran in it");
    expect(profile.samples.length).toBe(0);
  });

  it.skipIf(selfDescribing === undefined)("may be a Python that is not supported", async () => {
    const altered = ofUnknownLayout(selfDescribing!);
    const command = sampleCommand(altered, "nested.py", ["--seconds", "0.1"]);
    const { status, stdout, stderr } = await recordLaunch([], command);
    // It runs to its end; that nothing was recorded is our failure.
    expect({ status, stderr }).toMatchObject({ status: 125 });
    expect(stdout).toContain("ready");
    expect(stderr).toContain("CPython 3.16");
  });
});
