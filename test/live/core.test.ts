// SPDX-License-Identifier: MIT
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { main } from "../../packages/cli/src/main.ts";
import { memoryIo } from "../../packages/cli/src/testing/memory-io.ts";
import type { ChildProgram } from "../support/child-program.ts";
import { crashCore, crashingProgram, gdbCore, noCrashCores } from "../support/core-file.ts";
import type { Interpreter } from "../support/interpreters.ts";
import { describeOnEachBuild, supportedInterpreters } from "../support/on-each-python.ts";
import { readsInput } from "../support/proc.ts";
import { sampleCommand } from "../support/sampled-program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// What `pyspy-analyze dump --core` says of a program is what a dump of it said while it ran.

interface DumpedThread {
  readonly thread: { readonly tid: number; readonly name: string };
  readonly [name: string]: unknown;
}

async function dump(
  ...argv: readonly string[]
): Promise<{ code: number; out: string; err: string }> {
  const io = memoryIo();
  const code = await main(["dump", ...argv], io);
  return { code, out: io.out(), err: io.err() };
}

/** By thread; without how long each has been so, which one moment does not tell. */
async function threads(...argv: readonly string[]): Promise<readonly object[]> {
  const { code, out, err } = await dump(...argv, "--json");
  expect(code, err).toBe(0);
  const found: readonly DumpedThread[] = JSON.parse(out).answer.threads;
  return found
    .map(({ sinceNanos, untilNanos, ...rest }) => rest as DumpedThread)
    .sort((a, b) => a.thread.tid - b.thread.tid);
}

async function standing(
  interpreter: Interpreter,
  sample: string,
  folder: string,
  env?: NodeJS.ProcessEnv,
): Promise<ChildProgram> {
  const child = crashingProgram(sampleCommand(interpreter, sample), folder, env);
  await child.says("stdout", /^ready$/m);
  await readsInput(child.pid);
  return child;
}

const unable = noCrashCores();

describeOnEachBuild((interpreter) => {
  const reason =
    interpreter.root === undefined ? unable : "in its root it has no folder for core files";
  it.skipIf(reason !== undefined)(
    `has the same in a core file of a crash${reason === undefined ? "" : ` (${reason})`}`,
    async () => {
      const folder = temporaryFolder();
      const child = await standing(interpreter, "deadlock.py", folder);
      const live = await threads("-p", String(child.pid), "--locals");
      expect(live).toHaveLength(5);
      const core = await crashCore(child, folder);
      expect(await threads("--core", core, "--locals")).toEqual(live);
      const { out } = await dump("--core", core);
      expect(out).toContain(`2 threads of process ${child.pid} wait for locks`);
      expect(out).toContain("ended by signal 6 (SIGABRT) in thread");
    },
  );
});

for (const interpreter of supportedInterpreters.filter(
  ({ minor, root }) => root === undefined && ["3.11", "3.13"].includes(minor),
)) {
  describe(`CPython ${interpreter.version}, written down by gdb`, () => {
    it.each(["deadlock.py", "variables.py"])(
      "has the same of %s, with native frames",
      async (sample) => {
        const folder = temporaryFolder();
        const child = await standing(interpreter, sample, folder);
        const pid = String(child.pid);
        const options = ["--locals", "--native"];
        const live = await threads("-p", pid, ...options);
        const core = await gdbCore(child.pid, folder);
        expect(await threads("--core", core, ...options)).toEqual(live);
        // gdb notes no more of the command line than its first word.
        const { out } = await dump("--core", core);
        expect(out).toContain(`Process ${pid}: `);
        expect(out).toContain(`${sample} (CPython ${interpreter.version})`);
        await child.finish();
      },
    );
  });
}

const shared = supportedInterpreters.findLast(
  ({ minor, root }) => root === undefined && minor === "3.11",
);

describe.skipIf(unable !== undefined || shared === undefined)(
  `a core file of another machine${unable === undefined ? "" : ` (${unable})`}`,
  () => {
    it("is read with the files of that machine, and with no others", async () => {
      const folder = temporaryFolder();
      const { child, library } = await withOwnLibrary(shared!, folder);
      const live = await threads("-p", String(child.pid), "--locals");
      const core = await crashCore(child, folder);
      const name = library.slice(dirname(library).length + 1);

      const elsewhere = join(folder, "elsewhere", name);
      mkdirSync(dirname(elsewhere));
      renameSync(library, elsewhere);
      const search = ["--search-dir", dirname(elsewhere)];
      expect(await threads("--core", core, "--locals", ...search)).toEqual(live);

      // Another file of that name is not taken for it.
      copyFileSync("/bin/sh", library);
      const { code, out, err } = await dump("--core", core, "--json");
      expect(`${err}${out}`).toContain(`${library} is another file: its build id is `);
      expect([0, 6]).toContain(code);

      const root = join(folder, "root");
      mkdirSync(dirname(join(root, library)), { recursive: true });
      renameSync(elsewhere, join(root, library));
      expect(await threads("--core", core, "--locals", "--sysroot", root)).toEqual(live);
    });
  },
);

/** Numbers below a limit, the same each time. */
function seeded(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

/** A program with a libpython of its own, so that it can be taken away. */
async function withOwnLibrary(
  interpreter: Interpreter,
  folder: string,
): Promise<{ child: ChildProgram; library: string }> {
  const prefix = dirname(dirname(interpreter.path));
  const name = "libpython3.11.so.1.0";
  const library = join(folder, "lib", name);
  mkdirSync(dirname(library));
  copyFileSync(join(prefix, "lib", name), library);
  const env = { ...process.env, LD_LIBRARY_PATH: dirname(library) };
  const child = await standing(interpreter, "deadlock.py", folder, env);
  expect(readFileSync(`/proc/${child.pid}/maps`, "utf8")).toContain(library);
  return { child, library };
}

describe.skipIf(unable !== undefined || shared === undefined)("a core file", () => {
  it("that was cut off tells what it has, and that it was", async () => {
    const folder = temporaryFolder();
    const child = await standing(shared!, "deadlock.py", folder);
    const live = await threads("-p", String(child.pid), "--locals");
    const core = await crashCore(child, folder);
    const bytes = readFileSync(core);
    // The first stack comes last; what Python has of it lies elsewhere.
    writeFileSync(core, bytes.subarray(0, bytes.length - 4096));
    expect(await threads("--core", core, "--locals")).toEqual(live);
    expect((await dump("--core", core)).out).toContain("the core file is cut off");
    for (const share of [0.9, 0.5, 0.1, 0.001]) {
      writeFileSync(core, bytes.subarray(0, Math.floor(bytes.length * share)));
      const { code, out, err } = await dump("--core", core);
      expect([0, 6]).toContain(code);
      expect(`${out}${err}`).toContain("cut off");
    }
    expect(statSync(core).size).toBeLessThan(bytes.length);
  });

  it("that is hostile does no harm", async () => {
    const folder = temporaryFolder();
    const child = await standing(shared!, "deadlock.py", folder);
    const core = await crashCore(child, folder);
    const bytes = readFileSync(core);
    const random = seeded(12);
    for (let round = 0; round < 12; round++) {
      const damaged = Buffer.from(bytes);
      // Headers and notes every other time: there the damage is most telling.
      const within = round % 2 === 0 ? 40_000 : damaged.length;
      for (let i = 0; i < 200; i++) damaged[random(within)] = random(256);
      damaged.set(bytes.subarray(0, 64)); // it still calls itself a core
      writeFileSync(core, damaged);
      const { code, err } = await dump("--core", core, "--locals", "--native");
      expect([0, 3, 6], err).toContain(code);
    }
  });

  it("is not read with the program of another", async () => {
    const folder = temporaryFolder();
    const child = await standing(shared!, "deadlock.py", folder);
    const core = await crashCore(child, folder);
    const { code, err } = await dump("--core", core, "--executable", "/bin/sh");
    expect(code).toBe(7);
    expect(err).toContain("/bin/sh is another file: its build id is ");
    const own = await dump("--core", core, "--executable", shared!.path);
    expect(own.code, own.err).toBe(0);
  });

  it.each([
    ["that does not exist", "/nowhere/core", 3, "cannot be opened"],
    ["that is none", "/bin/sh", 3, "is not a core file"],
  ])("%s is refused", async (_, path, exitCode, message) => {
    const { code, err } = await dump("--core", path);
    expect({ code, err }).toEqual({ code: exitCode, err: expect.stringContaining(message) });
  });

  it("is of one moment of one process", async () => {
    for (const more of [
      ["-p", "1"],
      ["--count", "2"],
    ]) {
      expect((await dump("--core", "core", ...more)).code).toBe(2);
    }
  });
});
