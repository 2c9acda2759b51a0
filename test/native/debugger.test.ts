// SPDX-License-Identifier: MIT
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "vitest";
import { expectStacksOfDebugger, missingDebugger } from "../support/debugger.ts";
import { type Interpreter, programPath } from "../support/interpreters.ts";
import { buildCpp, buildRust, startCrossings } from "../support/native-libraries.ts";
import {
  anyInterpreter,
  describeOnEachPython,
  supportedInterpreters,
} from "../support/on-each-python.ts";
import { startSample } from "../support/sampled-program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// PYSPY_STOPS=300 npx vitest run --project system test/native/debugger.test.ts

const given = process.env["PYSPY_STOPS"];
const STOPS = Number(given ?? 10);
const skipIf = it.skipIf(missingDebugger !== undefined);
const reason = missingDebugger === undefined ? "" : ` (skipped: ${missingDebugger})`;

describeOnEachPython((interpreter) => {
  skipIf(`has the stacks that gdb sees${reason}`, async () => {
    const { pid } = await startSample(interpreter, "crossings.py");
    await expectStacksOfDebugger(pid, STOPS, interpreter.root);
  });
});

/** The libraries use nothing of a version of Python: one version, unless many stops are asked for. */
const CROSSED: readonly Interpreter[] =
  given === undefined ? [anyInterpreter] : supportedInterpreters;

describe("through a library in C++, with inlined calls and exceptions", () => {
  for (const interpreter of CROSSED) {
    skipIf(`has the stacks that gdb sees on CPython ${interpreter.version}${reason}`, async () => {
      const library = join(temporaryFolder(), "crossings.so");
      buildCpp(library);
      const path = programPath(interpreter, library);
      const { pid } = await startCrossings(interpreter, path, "cross_cpp");
      await expectStacksOfDebugger(pid, STOPS, interpreter.root);
    });
  }
});

const hasRust = ((): boolean => {
  try {
    return execFileSync("rustc", ["--version"], { stdio: "pipe" }).length > 0;
  } catch {
    return false;
  }
})();

describe("through a library in Rust, with closures and a panic", () => {
  const withRust = hasRust ? skipIf : it.skip;
  const why = hasRust ? reason : " (skipped: no rustc on this machine)";
  for (const interpreter of CROSSED) {
    withRust(`has the stacks that gdb sees on CPython ${interpreter.version}${why}`, async () => {
      const library = join(temporaryFolder(), "crossings.so");
      buildRust(library);
      const path = programPath(interpreter, library);
      const { pid } = await startCrossings(interpreter, path, "cross_rust");
      await expectStacksOfDebugger(pid, STOPS, interpreter.root);
    });
  }
});
