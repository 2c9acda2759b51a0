// SPDX-License-Identifier: MIT
import { readCapture, validateProfile } from "@pyspy/analyze";
import { CaptureError, type CaptureOptions, capture, snapshot } from "@pyspy/capture";
import { describe, expect, it } from "vitest";
import { anyInterpreter } from "../support/on-each-python.ts";
import { expectUnharmed } from "../support/proc.ts";
import { processesOf, processWith } from "../support/process-view.ts";
import { pythonCommand } from "../support/python-command.ts";
import { startSample } from "../support/sampled-program.ts";

// What @pyspy/capture is to TypeScript.

async function collect(options: CaptureOptions): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of capture(options)) parts.push(part);
  return Buffer.concat(parts);
}

function open(bytes: Uint8Array) {
  const profile = readCapture(bytes);
  validateProfile(profile);
  return profile;
}

describe("capture", () => {
  it("yields a capture, which opens at each moment", async () => {
    const { pid } = await startSample(anyInterpreter, "nested.py");
    const parts: Uint8Array[] = [];
    for await (const part of capture({ pids: [pid], rateHertz: 200, durationSeconds: 2.5 })) {
      parts.push(part);
      open(Buffer.concat(parts));
    }
    expect(parts.length).toBeGreaterThan(1);
    const profile = open(Buffer.concat(parts));
    expect(profile.damage).toEqual([]);
    expect(processWith(profile, pid).functions).toContain("inner");
    expectUnharmed(pid);
  });

  it("ends when its loop is left, and when it is told to", async () => {
    const { pid } = await startSample(anyInterpreter, "nested.py");
    for await (const part of capture({ pids: [pid] })) {
      expect(part.length).toBeGreaterThan(0);
      break;
    }
    expectUnharmed(pid);
    const told = new AbortController();
    const parts: Uint8Array[] = [];
    for await (const part of capture({ pids: [pid], signal: told.signal })) {
      parts.push(part);
      told.abort();
    }
    const profile = open(Buffer.concat(parts));
    expect(profile.recordings[0]!.endReason).toBeDefined();
    expectUnharmed(pid);
  });

  it("launches a program, whose output and status are not the capture's", async () => {
    const source = `
import time
print("not a record")
end = time.monotonic() + 0.4
while time.monotonic() < end: pass
raise SystemExit(3)`;
    const { command, args } = pythonCommand(anyInterpreter, ["-c", source]);
    const profile = open(await collect({ program: [command, ...args], subprocesses: true }));
    expect(profile.damage).toEqual([]);
    expect(processesOf(profile)).toMatchObject([{ exit: { status: 3 } }]);
  });

  it.each([
    ["no process", { pids: [4194304] }, "TARGET", /no process 4194304/],
    ["a wrong rate", { pids: [1], rateHertz: -1 }, "USAGE", /-r wants/],
    ["nothing to record", {}, "USAGE", /what is to be recorded/],
    ["a missing program", { program: ["no-such-program-here"] }, "LAUNCH", /No such file/],
  ] as const)("throws a typed error: %s", async (_, options, code, message) => {
    const error: unknown = await collect(options).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(CaptureError);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect((error as CaptureError).advice).not.toBe("");
  });
});

describe("snapshot", () => {
  it("is a capture of one moment, with all threads", async () => {
    const { pid } = await startSample(anyInterpreter, "two_threads.py");
    const profile = open(await snapshot(pid));
    expect(profile.threads.length).toBeGreaterThanOrEqual(2);
    expect(Math.max(...profile.samples.ticks)).toBeLessThan(10);
    expectUnharmed(pid);
  });

  it("of what is no Python is a typed error", async () => {
    await expect(snapshot(process.pid)).rejects.toMatchObject({ code: "TARGET" });
  });
});
