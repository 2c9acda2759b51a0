// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { AGENT, finished, record, startRecording } from "../support/agent.ts";
import { ChildProgram } from "../support/child-program.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { childrenOf, expectUnharmed } from "../support/proc.ts";
import { pythonCommand } from "../support/python-command.ts";
import { sampleCommand } from "../support/sampled-program.ts";

// What becomes of a launched program, and what it is told, when the agent is told something.

const argvOf = ({ command, args }: { command: string; args: string[] }) => [command, ...args];
const program = (source: string) => argvOf(pythonCommand(anyInterpreter, ["-c", source]));
const endless = argvOf(sampleCommand(anyInterpreter, "nested.py"));

/** A parent and a child that ignore nothing and never end by themselves. */
const FAMILY = `
import os, time
child = os.fork()
if child == 0:
    while True: time.sleep(60)
os.write(1, b"%d\\n" % child)
while True: time.sleep(60)`;

const exists = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe("--at-end", () => {
  it("leave: the agent ends, and the program goes on", async () => {
    const agent = await startRecording(["-d", 0.2, "--at-end", "leave", "--", ...endless]);
    const [pid] = childrenOf(agent.child.pid);
    const exited = new Promise((resolve) => agent.child.process.once("exit", resolve));
    expect(await exited).toBe(0);
    expectUnharmed(pid!);
    await agent.child.finish(); // its input was the agent's
  });

  it("terminate: ends the program and what it started, with its status", async () => {
    const argv = ["-S", "-d", 0.3, "--at-end", "terminate", "--", ...program(FAMILY)];
    const { status, stdout, profile } = await record(argv);
    expect(status).toBe(128 + 15);
    const child = Number(stdout);
    expect(exists(child)).toBe(false);
    expect(profile.processes.map(({ pid }) => pid)).toContain(child);
  });

  it("terminate: also what does not want to end", async () => {
    const stubborn = `import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n${FAMILY}`;
    const argv = ["-S", "-d", 0.3, "--at-end", "terminate", "--", ...program(stubborn)];
    const { status, stdout } = await record(argv);
    expect(status).toBe(128 + 9);
    expect(exists(Number(stdout))).toBe(false);
  });
});

describe("a signal to the agent", () => {
  it.each(["SIGUSR1", "SIGUSR2"] as const)(
    "%s is the program's, and nothing ends",
    async (name) => {
      const source = `
import signal, sys
def told(number, frame):
    print("told", number, flush=True)
    sys.exit(3)
signal.signal(signal.${name}, told)
print("ready", flush=True)
while True: signal.pause()`;
      const agent = await startRecording(["--", ...program(source)]);
      await agent.child.says("stdout", /^ready\n/m);
      agent.child.process.kill(name);
      const { status, stdout } = await finished(agent);
      expect(status).toBe(3);
      expect(stdout).toMatch(/^told \d+\n/m);
    },
  );

  it.each(["SIGINT", "SIGTERM", "SIGQUIT"] as const)(
    "%s from another process ends the program too, and the file is whole",
    async (name) => {
      const source = `
import signal, sys
signal.signal(signal.${name}, lambda *_: sys.exit(4))
print("ready", flush=True)
while True: signal.pause()`;
      const agent = await startRecording(["--", ...program(source)]);
      await agent.child.says("stdout", /^ready\n/m);
      agent.child.process.kill(name);
      const { status, profile } = await finished(agent);
      expect(status).toBe(4);
      expect(profile.damage).toEqual([]);
    },
  );

  it("that its caller ignores is ignored by the program", async () => {
    const source = "import signal; print(signal.getsignal(signal.SIGHUP) == signal.SIG_IGN)";
    const { command, args } = pythonCommand(anyInterpreter, ["-c", source]);
    const script = 'trap "" HUP; exec "$@"';
    const argv = ["-c", script, "sh", AGENT, "-q", "-o", "/dev/null", "--", command, ...args];
    const { stdout } = await new ChildProgram({ command: "sh", args: argv }).ended;
    expect(stdout).toBe("True\n");
  });
});
