// SPDX-License-Identifier: MIT
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { record } from "../support/agent.ts";
import {
  copied,
  LATER_VERSION,
  selfDescribing,
  VERSION_OFFSET,
  withDebugOffsets,
} from "../support/altered-interpreter.ts";
import { ChildProgram } from "../support/child-program.ts";
import { embed, embeddableParts, withoutSections } from "../support/embedding.ts";
import type { Interpreter } from "../support/interpreters.ts";
import { anyInterpreter, supportedInterpreters } from "../support/on-each-python.ts";
import { allRuns, namesOf, tickShare } from "../support/profile-view.ts";
import type { Command } from "../support/python-command.ts";
import { sampleCommand } from "../support/sampled-program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// The interpreter of a process is found however it was built, packaged, or taken away.

const hosts = supportedInterpreters.filter(({ root }) => root === undefined);
const embeddable = hosts.filter((one) => embeddableParts(one) !== undefined);

async function start(command: Command, env: NodeJS.ProcessEnv = process.env) {
  const child = new ChildProgram(command, { env });
  await child.says("stdout", /^ready$/m);
  return child;
}

/** Records samples/nested.py in a process: it must be seen, and nearly nothing else. */
async function expectNested(pid: number): Promise<void> {
  const { status, stderr, profile } = await record(["-r", 500, "-d", 0.3, "-p", pid]);
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(profile.threads).toMatchObject([{ main: true, tid: BigInt(pid) }]);
  const isWhole = (run: number) => /inner$/.test(namesOf(profile, run).at(-1) ?? "");
  expect(tickShare(profile, allRuns(profile), isWhole)).toBeGreaterThan(0.8);
}

/** The host's own executable, or the shared library that holds its interpreter. */
function fileOf(interpreter: Interpreter): string {
  const maps = spawnSync(
    interpreter.path,
    ["-c", "import sys; sys.stdout.write(open('/proc/self/maps').read())"],
    { encoding: "utf8" },
  ).stdout;
  return /\/\S*libpython\d\S*\.so\S*/.exec(maps)?.[0] ?? interpreter.path;
}

/** How to run an interpreter whose library, or executable, was replaced by a copy in a folder. */
function withCopy(
  interpreter: Interpreter,
  copy: string,
  original: string,
): [string, NodeJS.ProcessEnv] {
  const query = "import sys; sys.stdout.write(sys.prefix + ':' + sys.exec_prefix)";
  const home = execFileSync(interpreter.path, ["-c", query], { encoding: "utf8" });
  const env = { ...process.env, PYTHONHOME: home };
  if (original === interpreter.path) return [copy, env];
  return [interpreter.path, { ...env, LD_LIBRARY_PATH: join(copy, "..") }];
}

describe.each(hosts)("CPython $version", (interpreter) => {
  it("is found where it is stripped", async () => {
    const original = fileOf(interpreter);
    const copy = join(temporaryFolder(), basename(original));
    execFileSync("strip", ["--strip-all", "-o", copy, original]);
    const [command, env] = withCopy(interpreter, copy, original);
    const child = await start({ ...sampleCommand(interpreter, "nested.py"), command }, env);
    expect(readFileSync(`/proc/${child.pid}/maps`, "utf8")).toContain(copy);
    await expectNested(child.pid);
  });

  it("is found where its file was replaced while it runs", async () => {
    const original = fileOf(interpreter);
    const folder = temporaryFolder();
    const copy = join(folder, basename(original));
    copyFileSync(original, copy);
    const [command, env] = withCopy(interpreter, copy, original);
    const child = await start({ ...sampleCommand(interpreter, "nested.py"), command }, env);
    // As a package manager does it: the new file takes the old one's name, and is another Python.
    const upgrade = join(folder, "upgrade");
    copyFileSync("/bin/true", upgrade);
    renameSync(upgrade, copy);
    await expectNested(child.pid);
  });
});

describe.each(embeddable)("CPython $version in another program", (interpreter) => {
  const parts = embeddableParts(interpreter)!;

  it.each([
    ["that is stripped", false],
    ["that does not say where it is", true],
  ])("%s", async (_, hidden) => {
    const { executable, env } = embed(parts, hidden);
    const { args } = sampleCommand(interpreter, "nested.py");
    await expectNested((await start({ command: executable, args }, env)).pid);
  });
});

describe("an interpreter", () => {
  it("is found in a virtual environment", async () => {
    const folder = join(temporaryFolder(), "env");
    const made = spawnSync(anyInterpreter.path, ["-m", "venv", "--without-pip", folder]);
    expect(made.status).toBe(0);
    const command = join(folder, "bin/python");
    await expectNested(
      (await start({ ...sampleCommand(anyInterpreter, "nested.py"), command })).pid,
    );
  });

  it.skipIf(selfDescribing === undefined)("is found under another name", async () => {
    const renamed = copied(selfDescribing!, "order-service");
    await expectNested((await start(sampleCommand(renamed, "nested.py"))).pid);
  });

  it.skipIf(selfDescribing === undefined)("is found without section headers", async () => {
    const renamed = copied(selfDescribing!, "order-service");
    withoutSections(renamed.file);
    await expectNested((await start(sampleCommand(renamed, "nested.py"))).pid);
  });

  it.skipIf(selfDescribing === undefined)("is found when its file is gone", async () => {
    const renamed = copied(selfDescribing!, "order-service");
    const child = await start(sampleCommand(renamed, "nested.py"));
    rmSync(renamed.file);
    await expectNested(child.pid);
  });

  it.skipIf(selfDescribing?.minor !== "3.15")(
    "may be of a version to come that describes itself as 3.15 does",
    async () => {
      const later = withDebugOffsets(selfDescribing!, new Map([[VERSION_OFFSET, LATER_VERSION]]));
      await expectNested((await start(sampleCommand(later, "nested.py"))).pid);
    },
  );
});
