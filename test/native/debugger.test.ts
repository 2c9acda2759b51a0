// SPDX-License-Identifier: MIT
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { describeOnEachPython } from "../support/on-each-python.ts";
import { startSample } from "../support/sampled-program.ts";

// The debugger is the oracle: it stops a program again and again, and both tell its stack.
// PYSPY_STOPS=300 npx vitest run --project system test/native/debugger.test.ts

const STOPS = Number(process.env["PYSPY_STOPS"] ?? 10);
const PROBE = fileURLToPath(
  new URL("../../packages/capture/native/build/test/unwind_probe", import.meta.url),
);
const SCRIPT = fileURLToPath(new URL("gdb_stacks.py", import.meta.url));

interface Agreement {
  readonly stops: number;
  readonly equal: number;
  readonly frames: number;
  readonly whole: number;
  readonly differences: readonly { readonly whole: boolean }[];
}

const run = promisify(execFile);
const hasDebugger = await run("gdb", ["-nx", "-batch", "-ex", "python import json"]).then(
  () => true,
  () => false,
);
const missing = hasDebugger
  ? existsSync(PROBE)
    ? undefined
    : `no ${PROBE}: bash scripts/build-native.sh --test makes it`
  : "no gdb with Python";

describeOnEachPython((interpreter) => {
  it.skipIf(missing !== undefined)(
    missing === undefined ? "has the stacks that gdb sees" : `skipped: ${missing}`,
    async () => {
      const { pid } = await startSample(interpreter, "crossings.py");
      const facts = { PID: pid, STOPS, PROBE, SYSROOT: interpreter.root ?? "" };
      const settings = Object.entries(facts).map(
        ([name, fact]) => `${name} = ${JSON.stringify(fact)}`,
      );
      const gdb = ["-nx", "-batch", "-ex", `python ${settings.join("; ")}`, "-x", SCRIPT];
      const { stdout } = await run("gdb", gdb, { maxBuffer: 1 << 26 });
      const line = stdout.split("\n").find((one) => one.startsWith("RESULT "));
      const agreement = JSON.parse(line?.slice("RESULT ".length) ?? "{}") as Agreement;
      const { stops, equal, differences } = agreement;
      expect(stops).toBe(STOPS);
      // Right, or flagged as not whole; and that seldom.
      expect(differences.filter(({ whole }) => whole)).toEqual([]);
      expect(equal, JSON.stringify(agreement.differences)).toBeGreaterThanOrEqual(0.99 * STOPS - 1);
    },
  );
});
