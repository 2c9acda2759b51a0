// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { main } from "../../packages/cli/src/main.ts";
import { closedSchema } from "../../packages/cli/src/testing/closed-schema.ts";
import { memoryIo } from "../../packages/cli/src/testing/memory-io.ts";
import { AGENT } from "../support/agent.ts";
import { ChildProgram } from "../support/child-program.ts";
import { anyInterpreter, describeOnEachBuild } from "../support/on-each-python.ts";
import { expectUnharmed, readsInput } from "../support/proc.ts";
import { startSample } from "../support/sampled-program.ts";

// What `pyspy-analyze dump -p PID` says of programs that stand still: everything of them is known.

interface DeadlockManifest {
  readonly threads: Readonly<
    Record<string, { function: string; line: number; waits: "lock" | "signal" | null }>
  >;
}

interface NestedManifest {
  readonly stack: readonly { function: string; qualified_name: string | null; line: number }[];
}

interface DumpedThread {
  readonly thread: { readonly name: string };
  readonly idle: boolean;
  readonly holdsGil: boolean;
  readonly waitsForLock: string | null;
  readonly stack: readonly { function: string; file: string; line: number }[];
}

async function dump(
  ...argv: (string | number)[]
): Promise<{ code: number; out: string; err: string }> {
  const io = memoryIo();
  const code = await main(["dump", ...argv.map(String)], io);
  return { code, out: io.out(), err: io.err() };
}

/** Dumps again and again, until what is told matches. */
async function dumpUntil(pattern: RegExp, ...argv: (string | number)[]): Promise<RegExpMatchArray> {
  for (;;) {
    const match = (await dump(...argv)).out.match(pattern);
    if (match !== null) return match;
  }
}

async function dumpThreads(...argv: (string | number)[]): Promise<readonly DumpedThread[]> {
  const { code, out, err } = await dump(...argv, "--json");
  expect(code, err).toBe(0);
  return JSON.parse(out).answer.threads;
}

const validate = closedSchema("answers.schema.json");

function expectPublished(json: string): void {
  validate(JSON.parse(json));
  expect(validate.errors).toBeNull();
}

describeOnEachBuild((interpreter) => {
  it("tells each frame, line and wait of threads that stand, and who waits for locks", async () => {
    const { pid, manifest } = await startSample(interpreter, "deadlock.py");
    const { threads: expected } = manifest as DeadlockManifest;
    await readsInput(pid);
    const threads = await dumpThreads("-p", pid);
    const found = threads.map(({ thread, idle, waitsForLock, stack }) => {
      const own = stack.findLast(({ file }) => file.endsWith("deadlock.py"))!;
      const place = { function: own.function.split(".").at(-1), line: own.line };
      return [thread.name, idle, { ...place, waits: waitsForLock }] as const;
    });
    expect(found.every(([, idle]) => idle)).toBe(true);
    expect(Object.fromEntries(found.map(([name, , place]) => [name, place]))).toEqual(expected);

    const { out } = await dump("-p", pid);
    expect(out).toContain(`2 threads of process ${pid} wait for locks`);
    const { line } = expected["left"]!;
    expect(out).toMatch(new RegExp(`left \\(\\d+\\) in transfer \\(deadlock\\.py:${line}\\)`));
    expect(out).toMatch(new RegExp(`right \\(\\d+\\) in transfer \\(deadlock\\.py:${line}\\)`));
    expectUnharmed(pid);
  });

  it("tells the whole stack of a thread that runs", async () => {
    const { pid, manifest } = await startSample(interpreter, "nested.py");
    const { stack } = manifest as NestedManifest;
    // It says that it is ready a moment before it is in its loop.
    let [thread] = await dumpThreads("-p", pid);
    while (thread!.stack[1]?.function !== "main") [thread] = await dumpThreads("-p", pid);
    // It may just be between two rounds: what is there is as the manifest says.
    const lines = new Map(
      stack.map(({ qualified_name, function: name, line }) => [qualified_name ?? name, line]),
    );
    const own = thread!.stack.filter(({ function: name }) => lines.has(name));
    expect(own.length).toBeGreaterThanOrEqual(2);
    expect(own.slice(0, 2)).toMatchObject([
      { function: "<module>", line: lines.get("<module>") },
      { function: "main" },
    ]);
    // Only where the stack is whole it has reached these lines, and not another of the function.
    if (own.length === stack.length) {
      expect(own.map(({ line }) => line)).toEqual(stack.map(({ line }) => line));
    }
    expectUnharmed(pid);
  });
});

describe("several moments", () => {
  it("tell what is stuck from what moves", async () => {
    const stuck = await startSample(anyInterpreter, "deadlock.py");
    await readsInput(stuck.pid);
    const moving = await startSample(anyInterpreter, "shares.py");
    const argv = ["-p", stuck.pid, "-p", moving.pid, "--count", 4, "--every", "50ms"];
    const { code, out } = await dump(...argv, "--json");
    expect(code).toBe(0);
    const { moments, changes } = JSON.parse(out).answer;
    expect(moments).toHaveLength(4);
    expectPublished(out);
    const verdicts = changes.map((each: { thread: { pid: number }; verdict: string }) => [
      each.thread.pid,
      each.verdict,
    ]);
    expect(verdicts.filter(([pid]: [number]) => pid === stuck.pid)).toHaveLength(5);
    for (const [pid, verdict] of verdicts) expect(verdict === "waits").toBe(pid === stuck.pid);
    const text = await dump(...argv);
    expect(text.out).toContain("Between the 4 moments");
    expect(text.out).toContain(`Process ${moving.pid}: `);
    expectUnharmed(stuck.pid);
    expectUnharmed(moving.pid);
  });
});

describe("who has the GIL", () => {
  it("is told, and who waits for whom", async () => {
    const { pid } = await startSample(anyInterpreter, "two_threads.py");
    // At some moments one has let go of it, and the other has not yet taken it.
    const often = ["-p", pid, "--count", 20, "--every", "20ms"];
    const waits = /waits for the GIL, which (alpha|beta) \((\d+)\) holds\): (?:alpha|beta)$/m;
    const { input: text, 1: name, 2: tid } = await dumpUntil(waits, ...often);
    expect(text).toContain(`Thread ${tid} (active, holds the GIL): ${name}\n`);
    const { input: json } = await dumpUntil(/"gilHolder": ?\{/, ...often, "--json");
    expectPublished(json!);
    for (const { threads } of JSON.parse(json!).answer.moments) {
      const holder = threads.find(({ holdsGil }: DumpedThread) => holdsGil)?.thread ?? null;
      for (const { waitsForGil, gilHolder } of threads) {
        expect(gilHolder).toEqual(waitsForGil ? holder : null);
      }
    }
    expectUnharmed(pid);
  });
});

describe("native frames", () => {
  it("stand below and between the Python frames with --native", async () => {
    const { pid } = await startSample(anyInterpreter, "deadlock.py");
    await readsInput(pid);
    const python = await dumpThreads("-p", pid);
    const both = await dumpThreads("-p", pid, "--native");
    for (const { thread, stack } of python) {
      const whole = both.find((one) => one.thread.name === thread.name)!.stack;
      const isPython = ({ file }: { file: string }): boolean => file.endsWith(".py");
      expect(whole.filter(isPython)).toEqual(stack.filter(isPython));
      expect(isPython(whole.at(-1)!), "they sleep in C").toBe(false);
    }
    const left = both.find(({ thread }) => thread.name === "left")!.stack;
    expect(left.map(({ function: name }) => name).join()).toContain("lock");
    expectUnharmed(pid);
  });
});

describe("a tree of processes", () => {
  it("is told with --subprocesses, each process by itself", async () => {
    const { pid } = await startSample(anyInterpreter, "pool.py");
    const threads = await dumpThreads("-p", pid, "--subprocesses");
    const { out } = await dump("-p", pid, "--subprocesses");
    const pids = [...out.matchAll(/^Process (\d+): /gm)].map(([, id]) => Number(id));
    expect(pids).toContain(pid);
    expect(pids.length).toBeGreaterThanOrEqual(4);
    expect(threads.length).toBeGreaterThanOrEqual(4);
    const alone = await dumpThreads("-p", pid);
    expect(alone.length).toBeLessThan(threads.length);
  });
});

describe("a stream", () => {
  it("is dumped as soon as it begins, and its agent ends with its reader", async () => {
    const { pid } = await startSample(anyInterpreter, "deadlock.py");
    const agent = new ChildProgram({ command: AGENT, args: ["-q", "-o", "-", "-p", String(pid)] });
    const io = {
      ...memoryIo(),
      stdin: Object.assign(agent.process.stdout!, { isTTY: false, close: () => {} }),
    };
    expect(await main(["dump", "-"], io)).toBe(0);
    expect(io.out()).toContain(`2 threads of process ${pid} wait for locks`);
    const { status, stderr } = await agent.ended;
    expect(status).toBe(8);
    expect(stderr).toContain("Broken pipe");
    expectUnharmed(pid);
  });
});

describe("what cannot be dumped", () => {
  it.each([
    ["no such process", 4194304, 6, "there is no process 4194304"],
    ["not Python", process.pid, 6, "cannot be recorded"],
  ])("%s", async (_, pid, exitCode, message) => {
    const { code, out, err } = await dump("-p", pid);
    expect({ code, out }).toEqual({ code: exitCode, out: "" });
    expect(err).toContain(message);
  });

  it("says what it needs", async () => {
    const { code, err } = await dump();
    expect(code).toBe(2);
    expect(err).toContain("-p PID");
  });
});
