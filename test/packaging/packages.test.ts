import { execFile } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findInterpreters } from "../support/interpreters.ts";
import { repositoryScript } from "../support/repository-script.ts";
import { startText } from "../support/sampled-program.ts";

// What `npm pack` makes, as its users meet it: in a folder with nothing else, with no compiler in PATH.

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "pyspy-release-"));
const release = join(folder, "release");
const user = join(folder, "user");
/** Node and npm, and nothing else: what neither has is not there. */
const env = { PATH: join(folder, "bin"), HOME: process.env["HOME"] };
const python = (await findInterpreters()).findLast((one) => one.root === undefined)!;

const tarballs = () => readdirSync(release).filter((name) => name.endsWith(".tgz"));
const installed = (name: string) => join(user, "node_modules", name);
const program = (name: string, ...words: string[]) =>
  run(join(user, "node_modules/.bin", name), words, { env, cwd: user });

beforeAll(async () => {
  await run(process.execPath, [repositoryScript("pack.mjs"), release]);
  mkdirSync(env.PATH);
  for (const name of ["node", "npm"]) {
    symlinkSync(join(dirname(process.execPath), name), join(env.PATH, name));
  }
  for (const name of ["sh", "env"]) symlinkSync(join("/bin", name), join(env.PATH, name));
  mkdirSync(user);
  writeFileSync(
    join(user, "package.json"),
    '{ "name": "user", "private": true, "type": "module" }',
  );
  const files = tarballs().map((name) => join(release, name));
  await run(
    "npm",
    ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", ...files],
    {
      env: { ...env, npm_config_cache: process.env["npm_config_cache"] },
      cwd: user,
    },
  );
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true }));

describe("a release", () => {
  it("is as its checksums say", async () => {
    const { stdout } = await run("sha256sum", ["--check", "SHA256SUMS"], { cwd: release });
    const files = readdirSync(release).filter((name) => name !== "SHA256SUMS");
    expect(stdout.trim().split("\n").sort()).toEqual(files.map((name) => `${name}: OK`).sort());
    expect(tarballs()).toHaveLength(7);
  });

  it("satisfies publint", async () => {
    for (const name of tarballs()) {
      const content = readFileSync(join(release, name));
      const tarball = content.buffer.slice(content.byteOffset, content.byteOffset + content.length);
      const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
      expect({ name, messages: messages.map((one) => formatMessage(one, pkg!)) }).toEqual({
        name,
        messages: [],
      });
    }
  });

  it("holds no sources, no maps, no tests and no script that runs when it is installed", () => {
    for (const name of readdirSync(installed("@pyspy"))) {
      const place = installed(join("@pyspy", name));
      const manifest = JSON.parse(readFileSync(join(place, "package.json"), "utf8"));
      expect(manifest.scripts).toBeUndefined();
      expect(readdirSync(place)).toEqual(expect.arrayContaining(["LICENSE", "README.md"]));
      const paths = readdirSync(place, { recursive: true }).map(String);
      const surprising = paths.filter((path) => /\.map$|\.test\.|tsbuildinfo|^src/.test(path));
      expect({ name, surprising }).toEqual({ name, surprising: [] });
    }
  });

  it("has manual pages, of which groff has nothing to complain", async () => {
    const pages = readdirSync(release).filter((name) => name.endsWith(".1"));
    expect(pages).toEqual(["pyspy-analyze.1", "pyspy-capture.1"]);
    for (const name of pages) {
      const path = join(release, name);
      const { stderr, stdout } = await run("groff", ["-man", "-ww", "-Tascii", "-P-cbou", path]);
      expect(stderr).toBe("");
      const text = stdout.replace(/\s+/g, " ");
      expect(text).toMatch(/NAME pyspy-(analyze|capture) - [a-z]/);
      expect(text).toContain("--version");
    }
  });

  it("has one version", async () => {
    const { version } = JSON.parse(
      readFileSync(join(installed("@pyspy/cli"), "package.json"), "utf8"),
    );
    const [agent, shim, analyzer] = await Promise.all([
      run(join(release, `pyspy-capture-${version}-linux-x64`), ["--version"]),
      program("pyspy-capture", "--version"),
      program("pyspy-analyze", "--version"),
    ]);
    expect([agent.stdout, shim.stdout]).toEqual(Array(2).fill(`pyspy-capture ${version}\n`));
    expect(analyzer.stdout).toBe(`${version}\n`);
  });
});

describe("what npm installed", () => {
  it("records a program, and makes the page of it", async () => {
    const code = "import time\ndef wait():\n    time.sleep(0.5)\nwait()";
    await program("pyspy-capture", "-o", "run.pspy", "--", python.path, "-c", code);
    await program("pyspy-analyze", "run.pspy", "--idle", "-o", "report.html");
    expect(readFileSync(join(user, "report.html"), "utf8")).toContain("wait");
    const { stdout } = await program("pyspy-analyze", "top", "report.html", "--idle", "--json");
    expect(stdout).toContain('"wait"');
  });

  it("records in a thread of Node, by the addon", async () => {
    const child = await startText(python, 'print("ready", flush=True)\ninput()\n');
    const code = `import { snapshot } from "@pyspy/capture";
const bytes = await snapshot(${child.pid}, { runIn: "thread" });
console.log(bytes.length > 100);`;
    const words = ["--input-type=module", "-e", code];
    const { stdout } = await run(process.execPath, words, { env, cwd: user });
    expect(stdout).toBe("true\n");
  });

  it("has types that a strict compiler accepts", async () => {
    cpSync(join(import.meta.dirname, "consumer.ts"), join(user, "consumer.ts"));
    const tsc = join(import.meta.dirname, "../../node_modules/.bin/tsc");
    const types = join(import.meta.dirname, "../../node_modules/@types");
    const options = ["--module", "nodenext", "--target", "es2023", "--strict", "--noEmit"];
    const words = [...options, "--typeRoots", types, "--types", "node", "consumer.ts"];
    await run(process.execPath, [tsc, ...words], { cwd: user });
  });

  it("says what to do where there is no agent", async () => {
    const elsewhere = join(folder, "without-agent");
    cpSync(installed(""), join(elsewhere, "node_modules"), { recursive: true });
    rmSync(join(elsewhere, "node_modules/@pyspy/capture-linux-x64"), { recursive: true });
    const shim = join(elsewhere, "node_modules/@pyspy/capture/bin/pyspy-capture.js");
    const failure = await run(process.execPath, [shim, "-p", "1"]).catch((error) => error);
    expect(failure.code).toBe(1);
    expect(failure.stderr).toContain("@pyspy/capture-linux-x64: is not installed");
    expect(failure.stderr).toContain("npm install without --omit=optional");
  });
});

describe.runIf(process.getuid?.() === 0)("the agent alone", () => {
  it("records in a root that has only a Python and /proc, and says so where that is missing", async (context) => {
    const inRoot = (await findInterpreters()).find((one) => one.root !== undefined);
    if (inRoot === undefined) return context.skip("no root: run scripts/setup-interpreters.sh");
    const place = mkdtempSync(join(inRoot.root!, "tmp/pyspy-alone-"));
    try {
      const name = readdirSync(release).find((file) => /-linux-x64$/.test(file))!;
      copyFileSync(join(release, name), join(place, "agent"));
      const inside = place.slice(inRoot.root!.length);
      const words = ["-o", `${inside}/run.pspy`, "--", inRoot.path, "-c", "sum(range(10**7))"];
      const agent = [inRoot.root!, `${inside}/agent`, ...words];
      const failure = await run("chroot", agent).catch((error) => error);
      expect(failure.code).toBe(125);
      expect(failure.stderr).toContain("there is no /proc here");

      const withProc = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"';
      await run("unshare", ["--mount", "--propagation", "private", "sh", "-c", withProc, ...agent]);
      const { stdout } = await program("pyspy-analyze", "top", join(place, "run.pspy"), "--json");
      expect(stdout).toContain("<module>");
    } finally {
      rmSync(place, { recursive: true });
    }
  });
});
