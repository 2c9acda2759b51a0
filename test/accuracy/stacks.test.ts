// SPDX-License-Identifier: MIT
import { expect, it } from "vitest";
import { record } from "../support/agent.ts";
import { describeOnEachPython } from "../support/on-each-python.ts";
import { startSample } from "../support/sampled-program.ts";
import { ADDRESS_REUSE, CALLING_PROGRAMS } from "../support/stack-programs.ts";
import { judgeStacks } from "../support/stack-truth.ts";

// Programs that change their stacks as fast as they can, and tell which stacks they can have; the agent
// reads them as fast as it can. docs/accuracy.md has the same for longer times.

const SECONDS = 0.4;
const FLAT_OUT = ["-r", 1_000_000, "--max-cpu", 100, "-d", SECONDS];
const MODES: readonly (readonly string[])[] = [[], ["--nonblocking"], ["--blocking"]];
/** What may be impossible of the samples that are not flagged as unstable. */
const TORN_SHARE = 1 / 100_000;
/** A correct agent fails a check once in so many times. */
const CHANCE = 1e-6;

/**
 * The count that a Poisson variable exceeds with CHANCE: torn reads are rare and independent, so that
 * of n samples a Poisson number with the mean n * TORN_SHARE may be torn.
 */
function mostTorn(samples: number): number {
  const mean = samples * TORN_SHARE;
  let probability = Math.exp(-mean);
  let tail = 1 - probability;
  let count = 0;
  while (tail > CHANCE) {
    count++;
    probability *= mean / count;
    tail -= probability;
  }
  return count;
}

/** yield from and async came with Python 3. */
const NOT_OF_PYTHON_2 = ["generators", "coroutines"];

describeOnEachPython((interpreter) => {
  const programs = CALLING_PROGRAMS.filter(
    ({ name }) => !interpreter.minor.startsWith("2.") || !NOT_OF_PYTHON_2.includes(name),
  );
  it.each(programs)("records no stack of $name that never was", async ({ name, rule }) => {
    const { pid, manifest } = await startSample(interpreter, `${name}.py`);
    for (const mode of MODES) {
      const { status, profile } = await record([...FLAT_OUT, ...mode, "-p", pid]);
      expect({ status, damage: profile.damage }).toEqual({ status: 0, damage: [] });
      const verdict = judgeStacks(profile, rule(manifest));
      const seen = `${mode} ${JSON.stringify([...verdict.reasons])}`;
      // Nothing is left out: its one thread was observed at each tick.
      expect(BigInt(verdict.samples), seen).toBe(profile.recordings[0]!.counters!.ticksTaken);
      expect(verdict.empty, seen).toBe(0);
      // What stands still cannot be torn.
      expect(verdict.impossibleStopped, seen).toBe(0);
      const trusted = verdict.samples - verdict.unstable - verdict.failed;
      // Without stops, a program that never stands still may leave nothing but flagged samples.
      if (!mode.includes("--nonblocking")) expect(trusted, seen).toBeGreaterThan(0);
      expect(verdict.impossible, seen).toBeLessThanOrEqual(mostTorn(trusted));
    }
  });

  it("never takes code for what lay at its address before", async () => {
    const { pid, manifest } = await startSample(interpreter, `${ADDRESS_REUSE.name}.py`);
    for (const mode of MODES) {
      const { status, profile } = await record([...FLAT_OUT, ...mode, "-p", pid]);
      expect({ status, damage: profile.damage }).toEqual({ status: 0, damage: [] });
      const verdict = judgeStacks(profile, ADDRESS_REUSE.rule(manifest));
      expect([...verdict.reasons], `${mode}`).toEqual([]);
      const texts = new Set(profile.functions.filter(({ name }) => name.startsWith("f_")));
      expect(texts.size).toBeGreaterThan(1);
    }
  });
});
