// SPDX-License-Identifier: MIT
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AGENT, finished, openCapture, startAgent } from "../support/agent.ts";
import { ChildProgram } from "../support/child-program.ts";
import { findInterpreters } from "../support/interpreters.ts";
import { childrenOf, statusField } from "../support/proc.ts";
import { allRuns, namesOf } from "../support/profile-view.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// Without privileges: what the kernel allows works, and what it forbids is named.

const isRoot = process.getuid?.() === 0;
/** Where the tests run as root, they become nobody. */
const ORDINARY = isRoot ? { uid: 65534, gid: 65534 } : {};
/** Others may not look into a home directory. */
const python = (await findInterpreters()).find(
  ({ root, path }) => root === undefined && path.startsWith("/usr/"),
);

const SCOPE = "/proc/sys/kernel/yama/ptrace_scope";
function ptraceScope(): string {
  try {
    return readFileSync(SCOPE, "utf8").trim();
  } catch {
    return "0";
  }
}

const PROGRAM = `import sys, time
def working():
    end = time.time() + 0.05
    while time.time() < end: pass
sys.stdout.write("ready\\n")
sys.stdout.flush()
end = time.time() + float(sys.argv[1])
while time.time() < end: working()`;

/** A container as an ordinary user makes one: he is root in it, and nowhere else. */
const CONTAINER = ["--user", "--map-root-user", "--pid", "--fork", "--kill-child", "--mount-proc"];
const mayContain = spawnSync("unshare", [...CONTAINER, "true"], ORDINARY).status === 0;
if (!mayContain) console.log("skipped: containers without root: no user namespaces here");

/** In it, the program, whose id is 2, and the agent. */
const INSIDE = `"$1" -c "$2" 600 | {
  read ready
  "$3" -r 200 -d 0.3 -p 2 -o "$4" && kill 2
}`;

/** The agent and an output where nobody may run and write; the checkout may be closed to others. */
function places() {
  const folder = temporaryFolder();
  chmodSync(folder, 0o777);
  const executable = join(folder, "pyspy-capture");
  copyFileSync(AGENT, executable);
  chmodSync(executable, 0o755);
  return { folder, executable, output: join(folder, "run.pspy") };
}

describe.skipIf(python === undefined)("an ordinary user", () => {
  it("records a program that he launches", async () => {
    const { executable, output } = places();
    const command = ["--", python!.path, "-c", PROGRAM, "0.5"];
    const agent = startAgent(["-r", 200, ...command], {
      executable,
      output,
      cwd: "/",
      ...ORDINARY,
    });
    const { status, stderr, profile } = await finished(agent);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(allRuns(profile).map((run) => namesOf(profile, run).at(-1))).toContain("working");
  });

  it("records a process of his own, or is told what forbids it", async () => {
    const { executable, output } = places();
    const child = new ChildProgram(
      { command: python!.path, args: ["-c", PROGRAM, "600"] },
      { cwd: "/", ...ORDINARY },
    );
    await child.says("stdout", /^ready$/m);
    const argv = ["-r", 200, "-d", 0.3, "-p", child.pid];
    const agent = startAgent(argv, { executable, output, cwd: "/", ...ORDINARY });
    if (ptraceScope() === "0") {
      const { status, stderr, profile } = await finished(agent);
      expect({ status, stderr }).toMatchObject({ status: 0 });
      expect(allRuns(profile).map((run) => namesOf(profile, run).at(-1))).toContain("working");
    } else {
      const { status, stderr } = await agent.child.ended;
      expect({ status, stderr }).toMatchObject({ status: 5 });
      expect(stderr).toContain(`kernel.yama.ptrace_scope is ${ptraceScope()}`);
    }
  });

  it.skipIf(ptraceScope() !== "0")("records an executable that is gone", async () => {
    const { folder, executable, output } = places();
    const gone = join(folder, "order-service");
    copyFileSync(python!.path, gone);
    chmodSync(gone, 0o755);
    const child = new ChildProgram(
      { command: gone, args: ["-c", PROGRAM, "600"] },
      { cwd: "/", env: { ...process.env, PYTHONHOME: "/usr" }, ...ORDINARY },
    );
    await child.says("stdout", /^ready$/m);
    rmSync(gone);
    const argv = ["-r", 200, "-d", 0.3, "-p", child.pid];
    const { status, stderr, profile } = await finished(
      startAgent(argv, { executable, output, cwd: "/", ...ORDINARY }),
    );
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(allRuns(profile).map((run) => namesOf(profile, run).at(-1))).toContain("working");
  });

  it.skipIf(!mayContain || ptraceScope() !== "0")(
    "records a container of his own from outside",
    async () => {
      const { executable, output } = places();
      const args = [...CONTAINER, python!.path, "-c", PROGRAM, "600"];
      const wrapper = new ChildProgram({ command: "unshare", args }, { cwd: "/", ...ORDINARY });
      await wrapper.says("stdout", /^ready$/m);
      const [pid] = childrenOf(wrapper.pid);
      expect(statusField(pid!, "NSpid")).toBe(`${pid}\t1`);
      const argv = ["-r", 200, "-d", 0.3, "-p", pid!];
      const agent = startAgent(argv, { executable, output, cwd: "/", ...ORDINARY });
      const { status, stderr, profile } = await finished(agent);
      expect({ status, stderr }).toMatchObject({ status: 0 });
      expect(allRuns(profile).map((run) => namesOf(profile, run).at(-1))).toContain("working");
    },
  );

  it.skipIf(!mayContain)("records inside a container of his own", async () => {
    const { executable, output } = places();
    const args = [...CONTAINER, "sh", "-c", INSIDE, "sh"];
    args.push(python!.path, PROGRAM, executable, output);
    const container = new ChildProgram({ command: "unshare", args }, { cwd: "/", ...ORDINARY });
    const { status, stderr } = await container.ended;
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const profile = openCapture(output);
    expect(allRuns(profile).map((run) => namesOf(profile, run).at(-1))).toContain("working");
  });
});
