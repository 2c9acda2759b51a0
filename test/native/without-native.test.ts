// SPDX-License-Identifier: MIT
import { expect, it } from "vitest";
import { main } from "../../packages/cli/src/main.ts";
import { memoryIo } from "../../packages/cli/src/testing/memory-io.ts";
import { record } from "../support/agent.ts";
import { describeOnEachPython } from "../support/on-each-python.ts";
import { expectAlikeLines, type Mode, rawLines } from "../support/raw-shares.ts";
import { startSample } from "../support/sampled-program.ts";

// A recording with native stacks, seen without them, is what a recording without them is: native is a
// question, too.

const RATE = 100;
const SECONDS = 1;

const MODES: readonly Mode[] = [
  { name: "threads that are not idle", view: {}, lines: true },
  { name: "all threads, functions", view: { idle: true }, lines: false },
  { name: "the GIL's holder", view: { states: ["gil"] }, lines: true },
];

/** Files of native code among the functions that `top` lists. */
async function nativeFiles(path: string, options: readonly string[]): Promise<string[]> {
  const io = memoryIo();
  expect(await main(["top", path, "--json", ...options], io), io.err()).toBe(0);
  const { rows } = JSON.parse(io.out()).answer as { rows: { function: string; file: string }[] };
  // What no Python frame called is one frame, the file.
  const named = rows.filter(({ function: name }) => !name.startsWith("["));
  return named.map(({ file }) => file).filter((file) => /(?:\.so[.\d]*|python[\d.]*)$/.test(file));
}

describeOnEachPython((interpreter) => {
  it("shows without native what a recording without it shows", async () => {
    const { pid } = await startSample(interpreter, "states.py");
    const limits = ["-r", RATE, "--max-cpu", 100, "-d", SECONDS, "-p", pid];
    const { profile: mixed, output } = await record(["--native", ...limits]);
    const { profile: fresh } = await record(limits);
    expect(mixed.native).toBeDefined();
    expect(await nativeFiles(output, [])).not.toEqual([]);
    for (const option of ["--no-native", "--fold-native"]) {
      expect(await nativeFiles(output, [option])).toEqual([]);
    }
    expect(fresh.native).toBeUndefined();
    const hasGil = !interpreter.freeThreaded;
    for (const mode of MODES) {
      if (mode.view.states?.includes("gil") && !hasGil) continue;
      const without = { ...mode, view: { ...mode.view, native: false } };
      expectAlikeLines(mode, rawLines(mixed, without), rawLines(fresh, mode));
    }
  });
});
