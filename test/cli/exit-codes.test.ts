import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { captureOf } from "../../packages/analyze/src/testing/capture-writer.ts";
import { ANALYZE, analyze, isRoot, shell, temporaryFolder } from "./built-program.ts";

// docs/exit-codes.md, line by line, on the built program.

const STACKS = "main gil R: main;work;hot 60\nother S: wait;sleep 60";

function folderWithCapture(): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "run.pspy"), captureOf(STACKS));
  return folder;
}

describe("exit code 0", () => {
  it("for every report of a whole capture", () => {
    const folder = folderWithCapture();
    for (const argv of [[], ["-f", "raw"], ["-f", "speedscope"], ["-o", "x.svg"], ["--gil"]]) {
      const { status, stderr } = analyze(folder, "run.pspy", ...argv);
      expect({ argv, status, stderr }).toMatchObject({ argv, status: 0 });
    }
    expect(readdirSync(folder).sort()).toEqual(
      ["run.pspy", "run.speedscope.json", "run.txt", "x.svg"].sort(),
    );
  });

  it("when the reader of a pipe goes away", () => {
    const folder = temporaryFolder();
    // Many lines: far more than a pipe holds, so that writing does meet the closed end.
    const lines = Array.from(
      { length: 20_000 },
      (_, i) => `main R: main;f${i};${"g".repeat(40)} 1`,
    );
    writeFileSync(join(folder, "run.pspy"), captureOf(lines.join("\n"), { blockTicks: 4096 }));
    const command = "$ANALYZE run.pspy -f raw -o - | head -n 1; echo $PIPESTATUS";
    const { stdout, stderr } = shell(folder, command);
    expect(stdout).toMatch(/^main .*\n0\n$/);
    expect(stderr).not.toContain("Error");
  });

  it("for a capture from a pipe", () => {
    const { stdout, status } = shell(folderWithCapture(), "cat run.pspy | $ANALYZE - -f raw");
    expect({ stdout, status }).toMatchObject({ status: 0 });
    expect(stdout).toContain("hot");
  });
});

it("exit code 2 for a wrong command line, with nothing on standard output", () => {
  const folder = folderWithCapture();
  for (const argv of [
    [],
    ["--nonsense", "run.pspy"],
    ["run.pspy", "-f", "png"],
    ["run.pspy", "-o", "x.y"],
  ]) {
    const { status, stdout, stderr } = analyze(folder, ...argv);
    expect({ argv, status, stdout }).toEqual({ argv, status: 2, stdout: "" });
    expect(stderr).toMatch(/^pyspy-analyze: /);
  }
});

it.each([
  ["missing", undefined, "no such file or directory"],
  ["empty", "", "0 bytes"],
  ["text", "hello\n", "not a py-spy capture"],
  ["binary", Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) >> 3), "not a py-spy capture"],
  ["header alone, cut", captureOf(STACKS).subarray(0, 9), "cut off within its header"],
])("exit code 3 for an input that is %s", (_, content, message) => {
  const folder = temporaryFolder();
  if (content !== undefined) writeFileSync(join(folder, "in"), content);
  const { status, stdout, stderr } = analyze(folder, "in");
  expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
  expect(stderr).toContain("in");
  expect(stderr).toContain(message);
});

it("exit code 4 for a capture of a newer version", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "new.pspy"), captureOf(STACKS, { majorVersion: 7 }));
  const { status, stderr } = analyze(folder, "new.pspy");
  expect({ status, stderr }).toMatchObject({ status: 4 });
  expect(stderr).toContain("version 7");
});

describe.skipIf(!isRoot)("as an ordinary user (needs root to become one)", () => {
  const asNobody = (folder: string, ...argv: string[]) =>
    spawnSync(
      "setpriv",
      ["--reuid=65534", "--regid=65534", "--clear-groups", process.execPath, ANALYZE, ...argv],
      { cwd: folder, encoding: "utf8" },
    );
  // The programs of a developer's home may be closed to others; then nothing can be shown.
  const canRun = isRoot && asNobody("/", "--version").status === 0;

  it.skipIf(!canRun)("exit code 5 for a process of another user, with what to do", () => {
    const { status, stderr } = asNobody("/", "dump", "-p", String(process.pid));
    expect({ status, stderr }).toMatchObject({ status: 5 });
    expect(stderr).toContain("sudo");
  });

  it.skipIf(!canRun)("exit code 5 for a capture of another user", () => {
    const folder = folderWithCapture();
    chmodSync(folder, 0o755);
    chmodSync(join(folder, "run.pspy"), 0o600);
    const { status, stderr } = asNobody(folder, "run.pspy");
    expect({ status, stderr }).toMatchObject({ status: 5 });
    expect(stderr).toContain("permission denied");
  });

  it.skipIf(!canRun)("exit code 8 where the user may not write", () => {
    const folder = folderWithCapture();
    chmodSync(folder, 0o755);
    const { status, stderr } = asNobody(folder, "run.pspy", "-f", "raw");
    expect({ status, stderr }).toMatchObject({ status: 8 });
    expect(stderr).toContain("cannot write run.txt: permission denied");
  });
});

describe("exit code 8", () => {
  it("for an output in a directory that does not exist", () => {
    const { status, stderr } = analyze(folderWithCapture(), "run.pspy", "-o", "no/such/run.svg");
    expect({ status, stderr }).toMatchObject({ status: 8 });
  });

  it("for a device that is full, named or as standard output", () => {
    const folder = folderWithCapture();
    const named = analyze(folder, "run.pspy", "-f", "raw", "-o", "/dev/full");
    expect(named).toMatchObject({ status: 8, stdout: "" });
    expect(named.stderr).toContain("no space left on device");
    const redirected = shell(folder, "$ANALYZE run.pspy -f raw -o - > /dev/full");
    expect(redirected.status).toBe(8);
    expect(redirected.stderr).toContain("no space left on device");
  });

  it.skipIf(!isRoot)("for a full disk, which keeps the old file and no half one", () => {
    const folder = folderWithCapture();
    const disk = join(folder, "disk");
    mkdirSync(disk);
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", disk]);
    if (mounted.status !== 0) {
      console.log(`skipped: no mount here: ${mounted.stderr}`);
      return;
    }
    onTestFinished(() => void spawnSync("umount", [disk]));
    writeFileSync(join(disk, "run.svg"), "the old one");
    const { status, stderr } = analyze(folder, "run.pspy", "-o", "disk/run.svg");
    expect({ status, stderr }).toMatchObject({ status: 8 });
    expect(stderr).toContain("no space left on device");
    expect(readdirSync(disk)).toEqual(["run.svg"]);
    expect(readFileSync(join(disk, "run.svg"), "utf8")).toBe("the old one");
  });
});

it("a signal ends it as a signal", async () => {
  const child = spawn(process.execPath, [ANALYZE, "-", "-f", "raw"], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  // Once it has asked for input it waits for ever.
  await new Promise((resolve) => child.stdin.write(captureOf(STACKS), resolve));
  child.kill("SIGINT");
  const signal = await new Promise((resolve) => child.once("exit", (_, name) => resolve(name)));
  expect(signal).toBe("SIGINT");
});
