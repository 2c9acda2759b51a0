import { execFile } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  findInterpreters,
  PROVIDED_MINORS,
  requireInterpreters,
  SPECIAL_BUILDS,
  type SpecialBuild,
  surveyOf,
} from "./interpreters.ts";

const run = promisify(execFile);
const interpreters = await findInterpreters();
let scratch: string;

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "pyspy-interpreters-"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** An environment in which nothing is found but what a test puts into `bin`. */
function emptyEnvironment(name: string): { environment: NodeJS.ProcessEnv; bin: string } {
  const home = join(scratch, name);
  const bin = join(home, "bin");
  mkdirSync(bin, { recursive: true });
  return { environment: { HOME: home, PATH: bin }, bin };
}

function writeExecutable(path: string, script: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

function answering(implementation: string, version: string): string {
  const minor = version.split(".").slice(0, 2).join(".");
  const answer = { implementation, version, minor, freeThreaded: false, debug: false };
  return `echo '${JSON.stringify(answer)}'`;
}

/** As the setup script names it: "3.14-t". */
function nameOfBuild({ minor, kind }: SpecialBuild): string {
  return `${minor}-${{ freeThreaded: "t", debug: "d", musl: "musl" }[kind]}`;
}

describe("findInterpreters", () => {
  it("has every pyenv version", () => {
    const versions = join(process.env["PYENV_ROOT"] ?? join(homedir(), ".pyenv"), "versions");
    const installed = existsSync(versions) ? readdirSync(versions) : [];
    const found = interpreters.filter((one) => one.origin === "pyenv").map((one) => one.version);
    expect(found).toEqual(expect.arrayContaining(installed.filter((name) => /^\d/.test(name))));
  });

  it("lists each executable once, and no shims", () => {
    const places = interpreters.map(({ root = "", path }) => realpathSync(join(root, path)));
    expect(new Set(places).size).toBe(places.length);
    expect(places.filter((place) => place.includes("/shims/"))).toEqual([]);
  });

  it("goes up in minor versions", () => {
    const numbers = interpreters.map(({ minor }) => {
      const [major = 0, second = 0] = minor.split(".").map(Number);
      return major * 1000 + second;
    });
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });
});

describe("surveyOf", () => {
  it("rejects what does not run and what is no CPython", async () => {
    const { environment, bin } = emptyEnvironment("mixed");
    writeExecutable(join(bin, "python3.8"), answering("pypy", "3.8.1"));
    writeExecutable(join(bin, "python3.9"), "echo broken library >&2; exit 1");
    writeExecutable(join(bin, "python3.10"), answering("cpython", "3.10.1"));
    writeExecutable(join(bin, "python3.10-config"), answering("cpython", "3.10.2"));
    const survey = await surveyOf(environment);
    expect(survey.interpreters.map((one) => one.version)).toEqual(["3.10.1"]);
    expect(survey.rejections.map((one) => one.reason)).toEqual([
      "is pypy, not CPython",
      "does not run: broken library",
    ]);
  });

  it("prefers what the developer names, and a release build of it", async () => {
    const { environment, bin } = emptyEnvironment("preferred");
    const debug = answering("cpython", "3.12.9").replace('"debug":false', '"debug":true');
    writeExecutable(join(scratch, "mine/debug"), debug);
    writeExecutable(join(scratch, "mine/release"), answering("cpython", "3.12.1"));
    writeExecutable(join(bin, "python3.12"), answering("cpython", "3.12.5"));
    writeExecutable(join(bin, "python3.9"), answering("cpython", "3.9.5"));
    const names = `${scratch}/mine/debug:${scratch}/mine/release`;
    const { interpreters } = await surveyOf({ ...environment, PYSPY_PYTHONS: names });
    expect(interpreters.map((one) => one.version)).toEqual(["3.9.5", "3.12.1", "3.12.5", "3.12.9"]);
    expect(interpreters.map((one) => one.origin)).toEqual(["path", "env", "path", "env"]);
  });

  it("throws when the developer names what does not run", async () => {
    const { environment } = emptyEnvironment("named");
    const survey = surveyOf({ ...environment, PYSPY_PYTHONS: "/nowhere/python" });
    await expect(survey).rejects.toThrow("/nowhere/python: does not run");
  });

  it("does not look into a half-made root", async () => {
    const { environment } = emptyEnvironment("half");
    const cache = join(scratch, "cache");
    writeExecutable(join(cache, "roots/sid/usr/bin/python3.14"), answering("cpython", "3.14.0"));
    const survey = await surveyOf({ ...environment, PYSPY_CACHE: cache });
    expect(survey).toEqual({ interpreters: [], rejections: [] });
  });
});

describe("requireInterpreters", () => {
  it("answers in the order asked", async () => {
    const minors = interpreters.map((one) => one.minor).reverse();
    const required = await requireInterpreters([...minors, "3.99"]);
    expect(required.map((one) => one.minor)).toEqual([...minors, "3.99"]);
    expect(required.at(-1)).toEqual({
      minor: "3.99",
      absent: expect.stringContaining("PYSPY_PYTHONS"),
    });
    for (const one of required.slice(0, -1)) {
      expect("interpreter" in one && one.interpreter.minor).toBe(one.minor);
    }
  });

  it("fails in CI only for what the setup script provides", async () => {
    const { environment } = emptyEnvironment("ci");
    const inCi = { ...environment, CI: "true" };
    await expect(requireInterpreters(["3.10", "3.14"], inCi)).rejects.toThrow(/^Python 3\.14 /);
    expect(await requireInterpreters(["3.10"], inCi)).toHaveLength(1);
    expect(await requireInterpreters(["3.14"], environment)).toEqual([
      { minor: "3.14", absent: expect.stringContaining("scripts/setup-interpreters.sh") },
    ]);
  });

  it("agrees with the setup script about what that provides", async () => {
    const script = join(import.meta.dirname, "../../scripts/setup-interpreters.sh");
    const { environment } = emptyEnvironment("list");
    const env = { ...environment, PATH: "/usr/bin:/bin", PYENV_ROOT: "/nowhere" };
    const { stdout } = await run("bash", [script, "--list"], { env });
    const states = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" "));
    const known = states.map(([minor]) => minor);
    // What the machine itself has depends on the machine; all else must be ours to provide.
    const toSetUp = states.filter((words) => words.includes("set")).map(([minor]) => minor);
    const builds = known.filter((name) => name!.includes("-"));
    expect(builds.sort()).toEqual(SPECIAL_BUILDS.map(nameOfBuild).sort());
    expect(known).toEqual(expect.arrayContaining([...PROVIDED_MINORS]));
    const minors = toSetUp.filter((name) => !name!.includes("-"));
    expect(PROVIDED_MINORS).toEqual(expect.arrayContaining(minors));
    expect(toSetUp).toEqual(expect.arrayContaining(["3.13", "3.14", "3.15"]));
  });
});
