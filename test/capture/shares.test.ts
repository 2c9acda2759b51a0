// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { type Profile, readCaptures } from "@pyspy/analyze";
import { expect, it } from "vitest";
import { record } from "../support/agent.ts";
import { describeOnEachPython } from "../support/on-each-python.ts";
import { allRuns, namesOf } from "../support/profile-view.ts";
import { measurementIn, startSample } from "../support/sampled-program.ts";

// samples/shares.py: three functions use 50, 30 and 20 % of the time, and it prints what each used.

const RATE = 1000;
const SECONDS = 2;
const NAMES = ["fifty", "thirty", "twenty"];
/** A true share is farther away once in 16,000 times. */
const SIGMAS = 4;
/** The program's own promise: over any time, no share is off by more than a slice of so long. */
const SLICE_NANOS = 4e6;
/**
 * The kernel tells CPU time in steps, of its own tick and whenever the program asks for it (this one
 * does, between slices), and a step is credited to the function seen after it. So shares of CPU time
 * lag by a part of a slice, which no number of samples mends: they must not be taken for another's.
 */
const CPU_LAG = 0.3 - 0.2;
/** Sampling goes on until 20 % cannot be taken for 30: on a busy machine, for longer. */
const PRECISION = (0.3 - 0.2) / 2;

interface Measurement {
  readonly shares: Readonly<Record<string, number>>;
}

interface Share {
  readonly share: number;
  /** The farthest that sampling alone explains. */
  readonly bound: number;
}

/**
 * Shares of the three functions by a weight of the runs, each with its sampling error.
 *
 * A run, not a tick, is one observation: at the ticks of a run the thread stood at one instruction,
 * as it had no processor, so that they say the same thing once. For observations of weights w the
 * share p has the variance p (1 - p) sum(w^2) / sum(w)^2: the binomial one, over Kish's effective
 * number of observations.
 */
function sharesBy(profile: Profile, weights: Float64Array): Map<string, Share> {
  const sums = new Map(NAMES.map((name) => [name, 0]));
  let [sum, squares, cpuNanos] = [0, 0, 0];
  for (const run of allRuns(profile)) {
    const name = namesOf(profile, run).at(-1) ?? "";
    const before = sums.get(name);
    if (before === undefined) continue; // main(), which measures
    const weight = weights[run]!;
    sums.set(name, before + weight);
    sum += weight;
    squares += weight * weight;
    cpuNanos += profile.samples.cpuNanos[run]!;
  }
  // Of the truth itself: a slice may be missing or too much at either end of each recording.
  const slack = (2 * SLICE_NANOS * profile.recordings.length) / cpuNanos;
  const share = (weight: number): Share => {
    const p = weight / sum;
    return { share: p, bound: (SIGMAS * Math.sqrt(p * (1 - p) * squares)) / sum + slack };
  };
  return new Map([...sums].map(([name, weight]) => [name, share(weight)]));
}

describeOnEachPython((interpreter) => {
  it("gives each function its share, within the sampling error", async () => {
    const { pid, child } = await startSample(interpreter, "shares.py");
    const parts: Uint8Array[] = [];
    let byWall: Map<string, Share>;
    let byCpu: Map<string, Share>;
    do {
      const { status, output } = await record(["-r", RATE, "-d", SECONDS, "-p", pid]);
      expect(status).toBe(0);
      parts.push(readFileSync(output));
      const profile = readCaptures(parts);
      expect(profile.damage).toEqual([]);
      byWall = sharesBy(profile, profile.samples.wallNanos);
      byCpu = sharesBy(profile, profile.samples.cpuNanos);
    } while (byWall.get("twenty")!.bound > PRECISION);

    const { shares: truth } = measurementIn(await child.finish()) as Measurement;
    for (const [shares, lag] of [
      [byWall, 0],
      [byCpu, CPU_LAG],
    ] as const) {
      for (const [name, { share, bound }] of shares) {
        const limit = Math.max(bound, lag);
        const text = `${name}() has ${share} for ${truth[name]}, and an error up to ${limit}`;
        expect(Math.abs(share - truth[name]!), text).toBeLessThan(limit);
      }
    }
  });
});
