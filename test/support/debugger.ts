// SPDX-License-Identifier: MIT
/** The debugger as the oracle of native stacks: it stops a program again and again, and both tell its stack. */

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "vitest";

const PROBE = fileURLToPath(
  new URL("../../packages/capture/native/build/test/unwind_probe", import.meta.url),
);
const SCRIPT = fileURLToPath(new URL("../native/gdb_stacks.py", import.meta.url));

interface Agreement {
  readonly stops: number;
  readonly equal: number;
  /** Where gdb itself has frames that no code is at, and ours end before them, flagged. */
  readonly lost: number;
  readonly frames: number;
  readonly whole: number;
  readonly differences: readonly { readonly whole: boolean }[];
}

const run = promisify(execFile);
const hasDebugger = await run("gdb", ["-nx", "-batch", "-ex", "python import json"]).then(
  () => true,
  () => false,
);

/** Why nothing can be compared on this machine; `undefined`: it can. */
export const missingDebugger: string | undefined = hasDebugger
  ? existsSync(PROBE)
    ? undefined
    : `no ${PROBE}: bash scripts/build-native.sh --test makes it`
  : "no gdb with Python";

/** Stops a program so many times; all stacks must be the debugger's, or flagged as not whole, and that seldom. */
export async function expectStacksOfDebugger(
  pid: number,
  stops: number,
  root: string | undefined,
): Promise<void> {
  const facts = { PID: pid, STOPS: stops, PROBE, SYSROOT: root ?? "" };
  const settings = Object.entries(facts).map(([name, fact]) => `${name} = ${JSON.stringify(fact)}`);
  const gdb = ["-nx", "-batch", "-ex", `python ${settings.join("; ")}`, "-x", SCRIPT];
  const { stdout } = await run("gdb", gdb, { maxBuffer: 1 << 26 });
  const line = stdout.split("\n").find((one) => one.startsWith("RESULT "));
  const agreement = JSON.parse(line?.slice("RESULT ".length) ?? "{}") as Agreement;
  if (process.env["PYSPY_STOPS"] !== undefined) console.log(JSON.stringify(agreement));
  expect(agreement.stops).toBe(stops);
  expect(agreement.differences.filter(({ whole }) => whole)).toEqual([]);
  const text = JSON.stringify(agreement.differences);
  const { equal, lost } = agreement;
  expect(lost).toBeLessThanOrEqual(0.05 * stops + 1);
  expect(equal, text).toBeGreaterThanOrEqual(0.99 * (stops - lost) - 1);
}
