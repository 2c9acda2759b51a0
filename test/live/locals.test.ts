// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { main } from "../../packages/cli/src/main.ts";
import { memoryIo } from "../../packages/cli/src/testing/memory-io.ts";
import { anyInterpreter, describeOnEachBuild } from "../support/on-each-python.ts";
import { expectUnharmed, readsInput } from "../support/proc.ts";
import { startSample } from "../support/sampled-program.ts";

// The local variables of `pyspy-analyze dump --locals`, of a program of which all are known.

interface Manifest {
  readonly variables: Readonly<Record<string, { kind: string; value: string }>>;
  readonly line: number;
}

interface DumpedVariable {
  readonly name: string;
  readonly kind: string;
  readonly type: string;
  readonly value: string | null;
  readonly truncated: boolean;
}

async function dump(pid: number, ...argv: string[]): Promise<string> {
  await readsInput(pid);
  const io = memoryIo();
  expect(await main(["dump", "-p", String(pid), "--locals", ...argv], io), io.err()).toBe(0);
  return io.out();
}

/** Those of the innermost frame. */
async function variables(pid: number, ...argv: string[]): Promise<readonly DumpedVariable[]> {
  const { threads } = JSON.parse(await dump(pid, "--json", ...argv)).answer;
  expect(threads).toHaveLength(1);
  expect(threads[0].stack.at(-1).function).toBe("held");
  return threads[0].variables.at(-1);
}

describeOnEachBuild((interpreter) => {
  it("tells every value, and runs no code for it", async () => {
    const { pid, manifest } = await startSample(interpreter, "variables.py");
    const { variables: expected, line } = manifest as Manifest;
    const found = await variables(pid);
    expect(
      Object.fromEntries(found.map(({ name, kind, value }) => [name, { kind, value }])),
    ).toEqual(expected);
    const types = new Map(found.map(({ name, type }) => [name, type]));
    expect([types.get("yes"), types.get("tenth"), types.get("bag")]).toEqual([
      "bool",
      "float",
      "Bag",
    ]);
    const cut = found.filter(({ truncated }) => truncated).map(({ name }) => name);
    expect(cut).toEqual(["vast", "long_text", "deep", "many"]);
    const text = await dump(pid);
    expect(text).toContain(`held (variables.py:${line})\n`);
    expect(text).toContain("\n      yes: True\n");
    expect(text).toContain("\n      second: 2  (argument)\n");
    expectUnharmed(pid);
  });
});

describe("what is told of values", () => {
  it("is limited as it is wanted", async () => {
    const { pid } = await startSample(anyInterpreter, "variables.py");
    const limits = ["--value-length", "30", "--value-items", "2", "--value-depth", "1"];
    const found = new Map(
      (await variables(pid, ...limits)).map(({ name, value }) => [name, value]),
    );
    expect(found.get("many")).toBe("[0, 1, …]");
    expect(found.get("items")).toBe("[1, […], …]");
    expect(found.get("long_text")).toBe(`'${"x".repeat(29)}…`);
    for (const value of found.values()) expect(value!.length).toBeLessThanOrEqual(31);
  });

  it("is no value with --redact strict", async () => {
    const { pid } = await startSample(anyInterpreter, "variables.py");
    const found = await variables(pid, "--redact", "strict");
    expect(found.length).toBeGreaterThan(30);
    expect(found.every(({ value }) => value === null)).toBe(true);
    expect(await dump(pid, "--redact", "strict")).toContain("      small: <int>\n");
  });

  it.each([["--my-code"], ["--fold-native"], ["--fold-recursion"], ["--by", "function"]])(
    "is of frames as they are: %s does not go with it",
    async (...filter) => {
      const io = memoryIo();
      expect(await main(["dump", "-p", String(process.pid), "--locals", ...filter], io)).toBe(2);
      expect(io.err()).toContain(filter[0]);
    },
  );
});
