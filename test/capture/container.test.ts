// SPDX-License-Identifier: MIT
import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CaptureSchema } from "@pyspy/schemas";
import { expect, it } from "vitest";
import { decodeMessage } from "../../packages/analyze/src/read/decode-message.ts";
import { AGENT, openCapture, record } from "../support/agent.ts";
import { ChildProgram } from "../support/child-program.ts";
import { anyInterpreter, describeOnEachPython } from "../support/on-each-python.ts";
import { childrenOf, statusField } from "../support/proc.ts";
import { allRuns, namesOf, runsOf, tickShare } from "../support/profile-view.ts";
import { sampleCommand, startSample } from "../support/sampled-program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

// Targets that see other files, or other process ids, than the agent does.

const isRoot = process.getuid?.() === 0;
const OPTIONS = ["-r", 500, "-d", 0.5] as const;
const mayUnshare = (flag: string) => isRoot && spawnSync("unshare", [flag, "true"]).status === 0;

/** What the file says of ids, for the model leaves namespaces out. */
function idsIn(path: string) {
  const { record: records } = decodeMessage(CaptureSchema, readFileSync(path));
  const tables = records.flatMap(({ body }) => (body.case === "tables" ? [body.value] : []));
  const threads = tables
    .flatMap(({ owner }) => owner)
    .flatMap(({ kind }) => (kind.case === "thread" ? [kind.value] : []));
  return { processes: tables.flatMap(({ process }) => process), threads };
}

describeOnEachPython((interpreter) => {
  it.skipIf(!mayUnshare("--mount"))(
    "records a target in a mount namespace of its own",
    async () => {
      const { pid } = await startSample(interpreter, "two_threads.py", { mountNamespace: true });
      const { status, profile } = await record([...OPTIONS, "-p", pid]);
      expect({ status, damage: profile.damage }).toEqual({ status: 0, damage: [] });
      const inAlpha = (run: number) => namesOf(profile, run).includes("spin_alpha");
      expect(tickShare(profile, runsOf(profile, "alpha"), inAlpha)).toBe(1);
    },
  );

  it.skipIf(!mayUnshare("--pid"))("records both ids of a target in a pid namespace", async () => {
    const python = sampleCommand(interpreter, "two_threads.py");
    const wrapper = new ChildProgram({
      command: "unshare",
      args: ["--pid", "--fork", "--kill-child", python.command, ...python.args],
    });
    await wrapper.says("stdout", /^ready$/m);
    const [pid] = childrenOf(wrapper.pid);
    expect(statusField(pid!, "NSpid")).toBe(`${pid}\t1`);

    const { status, profile, output } = await record([...OPTIONS, "-p", pid!]);
    expect({ status, damage: profile.damage }).toEqual({ status: 0, damage: [] });
    expect(profile.threads.map(({ name }) => name).sort()).toEqual(["MainThread", "alpha", "beta"]);
    const { processes, threads } = idsIn(output);
    expect(processes.at(-1)).toMatchObject({ pid, namespacePid: [pid, 1] });
    expect(new Set(threads.map(({ tid }) => tid)).size).toBe(3);
    for (const { tid, namespaceTid } of threads) {
      // The kernel's own word on which id is which.
      expect(statusField(Number(tid), "NSpid")).toBe(`${tid}\t${namespaceTid}`);
    }
  });
});

it("records a target whose executable has been deleted", async () => {
  const executable = join(temporaryFolder(), "python-of-yesterday");
  copyFileSync(anyInterpreter.path, executable);
  const { args } = sampleCommand(anyInterpreter, "nested.py");
  const prefix = spawnSync(
    anyInterpreter.path,
    ["-c", "import sys; print(sys.base_prefix + ':' + sys.base_exec_prefix, end='')"],
    { encoding: "utf8" },
  ).stdout;
  const child = new ChildProgram(
    { command: executable, args },
    { env: { ...process.env, PYTHONHOME: prefix } },
  );
  await child.says("stdout", /^ready$/m);
  rmSync(executable);
  await until(() => readFileSync(`/proc/${child.pid}/maps`, "utf8").includes("(deleted)"));
  const { status, stderr, profile } = await record([...OPTIONS, "-p", child.pid]);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const seen = allRuns(profile).map((run) => namesOf(profile, run).at(-1));
  expect(seen).toContain("inner");
});

/** Starts a program of samples/ and then the agent, both in namespaces of their own. */
const INSIDE = `set -e
mkfifo "$1/ready"
PYSPY_READY_FIFO="$1/ready" "$2" "$3" --seconds 60 &
read line < "$1/ready"
mount --bind "$1" /mnt
"$4" -r 500 -d 0.5 -p $! -o /mnt/run.pspy`;

it.skipIf(!mayUnshare("--pid"))("records from inside a pid and mount namespace", async () => {
  const folder = temporaryFolder();
  const { args } = sampleCommand(anyInterpreter, "two_threads.py");
  const child = new ChildProgram({
    command: "unshare",
    args: [
      ...["--pid", "--fork", "--kill-child", "--mount", "--mount-proc"],
      ...["sh", "-c", INSIDE, "sh", folder, anyInterpreter.path, args[0]!, AGENT],
    ],
  });
  const { status, stderr } = await child.ended;
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const profile = openCapture(join(folder, "run.pspy"));
  expect(profile.threads.map(({ name }) => name).sort()).toEqual(["MainThread", "alpha", "beta"]);
  // Inside, the shell is process 1 and Python is one of the next.
  const [main] = profile.threads.filter((thread) => thread.main);
  expect(Number(main!.tid)).toBeLessThan(10);
});
