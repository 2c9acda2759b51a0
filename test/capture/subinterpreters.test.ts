// SPDX-License-Identifier: MIT
import { isIdle } from "@pyspy/analyze";
import { expect, it } from "vitest";
import { record } from "../support/agent.ts";
import { describeOnEachPython } from "../support/on-each-python.ts";
import { allRuns, namesOf, tickShare } from "../support/profile-view.ts";
import { startSample } from "../support/sampled-program.ts";

// samples/subinterpreters.py: three interpreters in one process, two of them entered by threads of the
// first, each with a thread of its own.

interface Manifest {
  readonly interpreters: Readonly<Record<string, readonly string[]>>;
}

describeOnEachPython((interpreter) => {
  // There is no module for them before.
  it.skipIf(["2.7", "3.6", "3.7"].includes(interpreter.minor))(
    "shows whose interpreter each thread runs in",
    async () => {
      const { pid, manifest } = await startSample(interpreter, "subinterpreters.py");
      const { interpreters } = manifest as Manifest;
      const { status, stderr, profile } = await record(["-r", 300, "-d", 0.6, "-p", pid]);
      expect({ status, stderr }).toMatchObject({ status: 0 });
      const { threads, samples } = profile;
      const seenIn = new Map<number, Set<string>>();
      for (const run of allRuns(profile)) {
        const { interpreterId } = threads[samples.thread[run]!]!;
        const seen = seenIn.get(interpreterId) ?? new Set();
        for (const name of namesOf(profile, run)) seen.add(name);
        seenIn.set(interpreterId, seen);
      }
      expect([...seenIn.keys()].sort()).toEqual([0, 1, 2]);
      expect([...seenIn.get(0)!]).toEqual(expect.arrayContaining(["main", "wait", "enter"]));
      const ours = Object.values(interpreters).flat();
      expect([...seenIn.get(0)!].filter((name) => ours.includes(name))).toEqual([]);
      const sets = [1, 2].map((id) =>
        [...seenIn.get(id)!].filter((name) => ours.includes(name)).sort(),
      );
      expect(sets.sort()).toEqual(Object.values(interpreters).map((names) => [...names].sort()));
      expect(threads.filter(({ main }) => main)).toMatchObject([
        { interpreterId: 0, tid: BigInt(pid) },
      ]);

      for (const number of Object.keys(interpreters)) {
        const runs = (thread: number) =>
          allRuns(profile).filter((run) => samples.thread[run] === thread);
        const entered = threads.findIndex(({ name }) => name === `enter-${number}`);
        const inside = threads.findIndex(
          ({ tid, interpreterId }) => tid === threads[entered]!.tid && interpreterId !== 0,
        );
        // One thread, of which one state runs: time is not counted twice.
        expect(
          tickShare(profile, runs(inside), (run) =>
            namesOf(profile, run).includes(`spin_${number}`),
          ),
        ).toBe(1);
        expect(tickShare(profile, runs(inside), (run) => !isIdle(samples, run))).toBeGreaterThan(
          0.1,
        );
        expect(
          tickShare(profile, runs(entered), (run) => namesOf(profile, run).includes("enter")),
        ).toBe(1);
        expect(tickShare(profile, runs(entered), (run) => !isIdle(samples, run))).toBe(0);
        const beside = threads.find(({ name }) => name === `beside-${number}`);
        expect(beside?.interpreterId).toBe(threads[inside]!.interpreterId);
      }
    },
  );
});
