import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readlinkSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findInterpreters, type Interpreter } from "./interpreters.ts";
import { type Isolation, programPath, pythonCommand } from "./python-command.ts";

const run = promisify(execFile);
const interpreters = await findInterpreters();
const hosts = interpreters.filter((one) => one.root === undefined).slice(-1);
const rooted = interpreters.filter((one) => one.root !== undefined).slice(-1);
let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "pyspy-command-"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A container may forbid it, to root as well. */
function mayUnshareMounts(): boolean {
  const { command, args } = pythonCommand({ path: "true" }, [], { mountNamespace: true });
  return spawnSync(command, args).status === 0;
}

/** Starts a Python that says so when it runs, looks at its process, and ends it. */
async function whileRunning(
  interpreter: Interpreter,
  isolation: Isolation,
  look: (pid: number) => void,
): Promise<void> {
  const program = "import sys; sys.stdout.write('ready'); sys.stdout.flush(); sys.stdin.read()";
  const { command, args } = pythonCommand(interpreter, ["-c", program], isolation);
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close");
  const [first] = await Promise.race([once(child.stdout, "data"), ended]);
  try {
    expect(String(first)).toBe("ready");
    look(child.pid as number);
  } finally {
    child.stdin.end();
    await ended;
  }
}

describe("pythonCommand", () => {
  it.each(rooted)("starts $version with another file root, as the child itself", async (one) => {
    await whileRunning(one, {}, (pid) => {
      expect(readlinkSync(`/proc/${pid}/root`)).toBe(realpathSync(one.root as string));
      expect(readlinkSync(`/proc/${pid}/exe`)).toContain(one.path);
    });
  });

  it.runIf(mayUnshareMounts()).each([...hosts, ...rooted])(
    "gives $version of $origin mounts of its own",
    async (one) => {
      await whileRunning(one, { mountNamespace: true }, (pid) => {
        expect(readlinkSync(`/proc/${pid}/ns/mnt`)).not.toBe(readlinkSync("/proc/self/ns/mnt"));
        expect(readlinkSync(`/proc/${pid}/root`)).toBe(one.root ? realpathSync(one.root) : "/");
      });
    },
  );
});

describe("programPath", () => {
  it.each(interpreters)("lets $version of $origin run a file of the host", async (one) => {
    const file = join(scratch, "say_version.py");
    writeFileSync(file, "import platform, sys\nprint(platform.python_version(), sys.argv[1:])\n");
    const inside = programPath(one, file);
    expect(programPath(one, file)).toBe(inside);
    const { command, args } = pythonCommand(one, [inside, "a b", "c"]);
    const { stdout } = await run(command, args);
    expect(stdout).toContain(one.version);
    expect(stdout).toContain("['a b', 'c']");
    if (one.root !== undefined) rmSync(dirname(join(one.root, inside)), { recursive: true });
  });

  it.each(rooted)("gives a changed program another path", (one) => {
    const file = join(scratch, "changed.py");
    const paths = ["first = 1\n", "second = 2\n"].map((text) => {
      writeFileSync(file, text);
      return programPath(one, file);
    });
    expect(new Set(paths).size).toBe(2);
    for (const path of paths) rmSync(dirname(join(one.root as string, path)), { recursive: true });
  });
});
