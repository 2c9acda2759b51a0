// SPDX-License-Identifier: MIT
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readCapture } from "@pyspy/analyze";
import { expect, it } from "vitest";
import { main } from "../../packages/cli/src/main.ts";
import { memoryIo } from "../../packages/cli/src/testing/memory-io.ts";
import { record } from "../support/agent.ts";
import { expectStacksOfDebugger, missingDebugger } from "../support/debugger.ts";
import type { Interpreter } from "../support/interpreters.ts";
import { buildCython, startCrossings } from "../support/native-libraries.ts";
import { anyInterpreter } from "../support/on-each-python.ts";
import { repositoryScript } from "../support/repository-script.ts";
import { startSample } from "../support/sampled-program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// Extensions from PyPI, or made by programs from there: scripts/setup-programs.sh provides them for the
// machine's python3. By hand on other versions, of which each has both numpy and Cython:
// PYSPY_STOPS=300 PYSPY_EXTENDED=/venv-3.8/bin/python:/venv-3.13/bin/python npx vitest run ..

const STOPS = Number(process.env["PYSPY_STOPS"] ?? 10);
const extended = process.env["PYSPY_EXTENDED"]?.split(":");
const setup = repositoryScript("setup-programs.sh");

function pythonsWith(name: string): string[] {
  return extended ?? [execFileSync("bash", [setup, name], { encoding: "utf8" }).trim()];
}

/** Only how it is started matters here. */
function interpreterAt(path: string): Interpreter {
  const { root: _, ...rest } = anyInterpreter;
  return { ...rest, path };
}

const skipIf = it.skipIf(missingDebugger !== undefined);
const reason = missingDebugger === undefined ? "" : ` (skipped: ${missingDebugger})`;

skipIf(`through numpy: has the stacks that gdb sees${reason}`, { timeout: 600_000 }, async () => {
  for (const python of pythonsWith("numpy")) {
    const { pid } = await startSample(interpreterAt(python), "numpy_crossings.py");
    await expectStacksOfDebugger(pid, STOPS, undefined);
  }
});

skipIf(`through Cython: has the stacks that gdb sees${reason}`, { timeout: 600_000 }, async () => {
  for (const python of pythonsWith("cython")) {
    const library = buildCython(python, temporaryFolder());
    const { pid } = await startCrossings(interpreterAt(python), library);
    await expectStacksOfDebugger(pid, STOPS, undefined);
  }
});

it("shows functions of Cython by their names and lines in the .pyx file", async () => {
  const [python] = pythonsWith("cython") as [string];
  const folder = temporaryFolder();
  const library = buildCython(python, folder);
  const { pid } = await startCrossings(interpreterAt(python), library);
  const { output } = await record(["--native", "-r", 500, "-d", 1, "-p", pid]);
  const named = join(folder, "named.pspy");
  const io = memoryIo();
  expect(await main(["symbolize", output, "-o", named], io), io.err()).toBe(0);
  const { native } = readCapture(readFileSync(named));
  const { functions, frames } = native!;
  const source = readFileSync(join(folder, "crossings_cython.pyx"), "utf8").split("\n");
  const expected: [string, string][] = [
    ["crossings_cython.Caller.call", "self.function()"],
    ["crossings_cython.descend", "return caller.call(2)"],
    ["crossings_cython.cross", "return descend(Caller(function), depth)"],
  ];
  for (const [name, text] of expected) {
    const lines = Array.from(frames.function).flatMap((index, frame) => {
      const one = functions[index]!;
      const isHere = one.name.startsWith(name) && one.file === join(folder, "crossings_cython.pyx");
      return isHere ? [frames.line[frame]!] : [];
    });
    expect(lines, name).toContain(source.findIndex((line) => line.includes(text)) + 1);
  }
});
