// SPDX-License-Identifier: MIT
import { expect, it } from "vitest";
import { record } from "../support/agent.ts";
import { addLeafCounts, chanceVariation, totalVariation } from "../support/leaf-shares.ts";
import { describeOnEachPython } from "../support/on-each-python.ts";
import { startSample } from "../support/sampled-program.ts";

// Functions shorter than a read of the stack. A stopped thread stands anywhere, so --blocking tells
// the truth; the default mode must tell the same, although it accepts what did not move.

const SECONDS = 1;
const RATE = 4000;
/** A sampler that believes only what stands still is off by 0.15 to 0.3. */
const FARTHEST = 0.06;

describeOnEachPython((interpreter) => {
  const [major, minor] = interpreter.minor.split(".").map(Number) as [number, number];
  // Otherwise nothing proves a single copy: docs/architecture.md, known limits.
  const proves = major === 3 && minor >= 11 && minor <= 13;
  it.skipIf(!proves)("sees short functions as often as they run (3.11 to 3.13)", async () => {
    const { pid } = await startSample(interpreter, "short_calls.py");
    const [free, stopped] = [new Map<string, number>(), new Map<string, number>()];
    // In turns, since these machines are shared.
    for (const mode of ["", "--blocking", "", "--blocking"]) {
      const limits = ["-r", RATE, "--max-cpu", 100, "-d", SECONDS / 2];
      const { profile } = await record([...limits, ...(mode === "" ? [] : [mode]), "-p", pid]);
      addLeafCounts(profile, mode === "" ? free : stopped);
    }
    const seen = `${JSON.stringify([...free])} ${JSON.stringify([...stopped])}`;
    expect(totalVariation(free, stopped), seen).toBeLessThan(
      FARTHEST + 1.5 * chanceVariation(free, stopped),
    );
    expect(stopped.get("inner"), seen).toBeGreaterThan(0);
  });
});
