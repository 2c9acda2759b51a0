// SPDX-License-Identifier: MIT
import { type Profile, selectView, type View } from "@pyspy/analyze";
import { StateFlag } from "@pyspy/schemas";
import { expect, it } from "vitest";
import { type Recorded, record } from "../support/agent.ts";
import { describeOnEachPython } from "../support/on-each-python.ts";
import { allRuns, ticksOf } from "../support/profile-view.ts";
import { startSample } from "../support/sampled-program.ts";

// samples/mixed.py: one stack that goes from Python through C to Python, again and again.

const RATE = 200;
const SECONDS = 1;

interface Manifest {
  readonly stack: readonly ({ readonly python: string } | { readonly native: string })[];
}

interface ShownFrame {
  readonly name: string;
  /** `undefined`: a Python frame. */
  readonly module: string | undefined;
}

function shownStack({ stacks, frames, functions, samples }: Profile, run: number): ShownFrame[] {
  const stack: ShownFrame[] = [];
  for (let at = samples.stack[run]!; at >= 0; at = stacks.parent[at]!) {
    const { name, module } = functions[frames.function[stacks.frame[at]!]!]!;
    stack.push({ name, module });
  }
  return stack.reverse();
}

function shown({ profile }: Recorded, view: View): Profile {
  return selectView(profile, { idle: true, ...view }).profile;
}

/**
 * Says whether a stack is the manifest's: the same Python functions, and where it names a native
 * function between two of them a native frame of that name, or one without a name.
 */
function isWhole(stack: readonly ShownFrame[], { stack: expected }: Manifest): boolean {
  let at = 0;
  for (const frame of expected) {
    if ("python" in frame) {
      while (stack[at]?.module !== undefined) at++;
      if (stack[at]?.name !== frame.python) return false;
      at++;
      continue;
    }
    const name = new RegExp(frame.native);
    const found = stack.findIndex(
      (one, i) => i >= at && (name.test(one.name) || one.name.startsWith("[")),
    );
    // Native frames without names follow each other as one.
    const before = stack[at - 1];
    if (found < 0 || stack.slice(at, found).some(({ module }) => module === undefined)) {
      if (before?.name.startsWith("[") && before.module !== undefined) continue;
      return false;
    }
    at = found + 1;
  }
  return true;
}

describeOnEachPython((interpreter) => {
  it("has its native frames between the Python frames that called them", async () => {
    const { pid, manifest } = await startSample(interpreter, "mixed.py");
    const recorded = await record(["--native", "-r", RATE, "-d", SECONDS, "-p", pid]);
    expect(recorded).toMatchObject({ status: 0, profile: { damage: [] } });
    const { profile } = recorded;
    const runs = allRuns(profile);
    const flagged = (flag: StateFlag) =>
      ticksOf(
        profile,
        runs.filter((run) => (profile.samples.flags[run]! & flag) !== 0),
      );
    expect(flagged(StateFlag.STATE_MERGE_MISMATCH)).toBe(0);
    const all = ticksOf(profile, runs);
    // On a machine that has no time to stop the thread.
    expect(flagged(StateFlag.STATE_NATIVE_TRUNCATED)).toBeLessThan(0.05 * all);

    const merged = shown(recorded, {});
    const whole = runs.filter((run) => isWhole(shownStack(merged, run), manifest as Manifest));
    expect(ticksOf(profile, whole)).toBeGreaterThan(0.85 * all);

    // The Python frames are those of the same samples without native frames.
    const alone = shown(recorded, { native: false });
    for (const run of runs) {
      const python = shownStack(merged, run).filter(({ module }) => module === undefined);
      expect(python).toEqual(shownStack(alone, run));
    }
  });
});
