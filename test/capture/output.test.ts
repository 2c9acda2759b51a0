// SPDX-License-Identifier: MIT
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lchownSync,
  linkSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { readCapture } from "@pyspy/analyze";
import { describe, expect, it, onTestFinished } from "vitest";
import { AGENT, openCapture, startAgent, startRecording } from "../support/agent.ts";
import { ChildProgram } from "../support/child-program.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { expectUnharmed } from "../support/proc.ts";
import { startSample } from "../support/sampled-program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// Where a capture is written, and what happens where it cannot be.

const isRoot = process.getuid?.() === 0;
const SHORT = ["-d", 0.2, "-p"] as const;
const target = () => startSample(anyInterpreter, "nested.py");

describe("an output that cannot be written: exit code 8", () => {
  it("in a directory that does not exist", async () => {
    const { pid } = await target();
    const output = join(temporaryFolder(), "no/such/run.pspy");
    const { status, stderr } = await startAgent([...SHORT, pid], { output }).child.ended;
    expect({ status, stderr }).toMatchObject({ status: 8 });
    expect(stderr).toContain(`${output}: cannot be created: No such file or directory`);
  });

  it("as it is a directory", async () => {
    const { pid } = await target();
    const output = temporaryFolder();
    const { status, stderr } = await startAgent([...SHORT, pid], { output }).child.ended;
    expect({ status, stderr }).toMatchObject({ status: 8 });
    expect(stderr).toContain("Is a directory");
  });

  it("as it is a device that is full", async () => {
    const { pid } = await target();
    const { status, stderr } = await startAgent([...SHORT, pid], { output: "/dev/full" }).child
      .ended;
    expect({ status, stderr }).toMatchObject({ status: 8 });
    expect(stderr).toContain("No space left on device");
  });

  it("and a program that is to be launched does not run in vain: 125", async () => {
    const mark = join(temporaryFolder(), "ran");
    const argv = ["--", "touch", mark];
    const { status } = await startAgent(argv, { output: "/no/such/run.pspy" }).child.ended;
    expect({ status, ran: existsSync(mark) }).toEqual({ status: 125, ran: false });
  });

  it.skipIf(!isRoot)("on a disk that fills: what was written before opens", async () => {
    const disk = temporaryFolder();
    const options = ["-t", "tmpfs", "-o", "size=64k", "tmpfs", disk];
    const mounted = spawnSync("mount", options, { encoding: "utf8" });
    if (mounted.status !== 0) {
      console.log(`skipped: no mount here: ${mounted.stderr}`);
      return;
    }
    onTestFinished(() => void spawnSync("umount", [disk]));
    // Many stacks, so that it is full after some seconds at most.
    const { pid } = await startSample(anyInterpreter, "flutter.py");
    const output = join(disk, "run.pspy");
    const { status, stderr } = await startAgent(["-r", 5000, "-p", pid], { output }).child.ended;
    expect({ status, stderr }).toMatchObject({ status: 8 });
    expect(stderr).toContain("No space left on device");
    expect(stderr).toContain("What was recorded before is in the file");
    expect(openCapture(output).samples.length).toBeGreaterThan(0);
    expectUnharmed(pid);
  });
});

describe("an output that exists", () => {
  it("is not replaced unless it is a capture, or by force", async () => {
    const { pid } = await target();
    const output = join(temporaryFolder(), "thesis.odt");
    writeFileSync(output, "years of work\n");
    const refused = await startAgent([...SHORT, pid], { output }).child.ended;
    expect(refused).toMatchObject({ status: 8, stdout: "" });
    expect(refused.stderr).toContain("exists and is not a capture; --force would replace it");
    expect(readFileSync(output, "utf8")).toBe("years of work\n");

    const forced = await startAgent(["--force", ...SHORT, pid], { output }).child.ended;
    expect(forced).toMatchObject({ status: 0 });
    const first = openCapture(output).recordings[0]!.header.captureId;
    // And now that it is one:
    const again = await startAgent([...SHORT, pid], { output }).child.ended;
    expect(again).toMatchObject({ status: 0 });
    expect(openCapture(output).recordings[0]!.header.captureId).not.toEqual(first);
  });

  it("is kept where the program that would be recorded cannot be run: 127", async () => {
    const { pid } = await target();
    const output = join(temporaryFolder(), "run.pspy");
    await startAgent([...SHORT, pid], { output }).child.ended;
    const before = readFileSync(output);
    const { status } = await startAgent(["--", "/no/such/program"], { output }).child.ended;
    expect({ status, kept: before.equals(readFileSync(output)) }).toEqual({
      status: 127,
      kept: true,
    });
  });

  it("is not taken from an agent that is writing it", async () => {
    const { pid } = await target();
    const first = await startRecording(["-p", pid]);
    const { status, stderr } = await startAgent([...SHORT, pid], { output: first.output }).child
      .ended;
    expect({ status, stderr }).toMatchObject({ status: 8 });
    expect(stderr).toContain(`${first.output} is being written by another pyspy-capture`);
    void first.child.kill("SIGINT");
    await first.child.ended;
    expect(openCapture(first.output).damage).toEqual([]);
  });

  it("and is empty is used", async () => {
    const { pid } = await target();
    const output = join(temporaryFolder(), "run.pspy");
    writeFileSync(output, "");
    expect(await startAgent([...SHORT, pid], { output }).child.ended).toMatchObject({ status: 0 });
    openCapture(output);
  });

  it("and is refused does not keep a program from being told so: 125", async () => {
    const output = join(temporaryFolder(), "thesis.odt");
    writeFileSync(output, "years of work\n");
    const { status, stderr } = await startAgent(["--", "true"], { output }).child.ended;
    expect({ status, stderr }).toMatchObject({ status: 125 });
  });
});

describe.skipIf(!isRoot)("what others made in a directory where everybody may", () => {
  const NOBODY = 65534;
  /** What is there by the name of the output, made by another user, and what it leads to. */
  function planted(
    make: (output: string, victim: string) => void,
  ): [output: string, victim: string] {
    const folder = temporaryFolder();
    chmodSync(folder, 0o1777);
    const [output, victim] = [join(folder, "run.pspy"), join(temporaryFolder(), "victim")];
    make(output, victim);
    lchownSync(output, NOBODY, NOBODY);
    return [output, victim];
  }

  it("is no link to follow", async () => {
    const { pid } = await target();
    const [output, victim] = planted((output, victim) => symlinkSync(victim, output));
    const { status, stderr } = await startAgent([...SHORT, pid], { output }).child.ended;
    expect({ status, stderr }).toMatchObject({ status: 8 });
    expect(stderr).toContain(`is a link that user ${NOBODY} made`);
    expect(existsSync(victim)).toBe(false);
    lchownSync(output, 0, 0); // a link of our own
    expect(await startAgent([...SHORT, pid], { output }).child.ended).toMatchObject({ status: 0 });
    expect(openCapture(victim).samples.length).toBeGreaterThan(0);
  });

  it("is no file to write to", async () => {
    const { pid } = await target();
    const [output] = planted((output) => writeFileSync(output, ""));
    const argv = ["--force", ...SHORT, pid];
    const { status, stderr } = await startAgent(argv, { output }).child.ended;
    expect({ status, stderr }).toMatchObject({ status: 8 });
    expect(stderr).toContain(`belongs to user ${NOBODY}, who made it where everybody may`);
    expect(statSync(output).size).toBe(0);
  });

  it("is no other name by which a file is given away", async () => {
    const { pid } = await target();
    const folder = temporaryFolder();
    const [output, file] = [join(folder, "run.pspy"), join(folder, "of-root")];
    writeFileSync(file, "");
    linkSync(file, output);
    const env = { ...process.env, SUDO_UID: String(NOBODY), SUDO_GID: String(NOBODY) };
    await startAgent([...SHORT, pid], { output, env }).child.ended;
    expect(statSync(file).uid).toBe(0);
  });
});

it("a name of standard output is standard output", async () => {
  const { pid } = await target();
  for (const output of ["/dev/stdout", "/proc/self/fd/1"]) {
    // Through a pipe: nothing opens the sockets that Node gives its children.
    const agent = [AGENT, "-o", output, ...SHORT, pid].map(String);
    const child = new ChildProgram({ command: "sh", args: ["-c", '"$@" | cat', "sh", ...agent] });
    await child.ended;
    expect(readCapture(child.bytes("stdout")).damage).toEqual([]);
  }
});

describe("standard output", () => {
  it("takes a capture, and nothing else", async () => {
    const { pid } = await target();
    const { child } = startAgent([...SHORT, pid], { output: "-" });
    const { status, stderr } = await child.ended;
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const profile = readCapture(child.bytes("stdout"));
    expect(profile.damage).toEqual([]);
    expect(profile.samples.length).toBeGreaterThan(0);
  });

  it("whose reader goes away ends the recording, and the target goes on", async () => {
    const { pid, child: program } = await target();
    const agent = await startRecording(["-p", pid], { output: "-" });
    agent.child.process.stdout!.destroy();
    const { status, signal, stderr } = await agent.child.ended;
    expect({ status, signal, stderr }).toMatchObject({ status: 8, signal: null });
    expect(stderr).toContain("standard output: cannot be written: Broken pipe");
    expectUnharmed(pid);
    expect((await program.finish()).status).toBe(0);
  });
});

it("a capture without a name is named by its program and the time", async () => {
  const { pid } = await target();
  const cwd = temporaryFolder();
  const { status, stderr } = await new ChildProgram(
    { command: AGENT, args: [...SHORT, pid].map(String) },
    { cwd },
  ).ended;
  expect({ status, stderr }).toMatchObject({ status: 0 });
  const name = stderr.match(/wrote (nested-\d{8}-\d{6}Z\.pspy) /)?.[1];
  openCapture(join(cwd, name ?? stderr));
});
