// SPDX-License-Identifier: MIT
import fc from "fast-check";
import { expect, it } from "vitest";
import { accountForProcesses } from "../processes/process-account.ts";
import { readCapture, readCaptures } from "../read/read-capture.ts";
import { filterIdle } from "../select/filters.ts";
import { selectAll } from "../select/selection.ts";
import { arbitraryRuns } from "../testing/arbitrary-runs.ts";
import { captureOf, TEST_PERIOD_NANOS, writeCapture } from "../testing/capture-writer.ts";
import { accountForThreads } from "./thread-account.ts";

const ticks = (count: number): number => count * TEST_PERIOD_NANOS;
const TEXT = `
  main gil R: a;b 6
  main waits S: a 2
  main gil gc R: a 3
  w S: sleep 9
  w handles R: c 2
`;

it("accounts for what each thread did", () => {
  const selection = selectAll(readCapture(captureOf(TEXT, { cpu: true })));
  const { functions, threads } = selection.profile;
  const accounts = accountForThreads(selection);
  expect(accounts.map(({ thread }) => threads[thread]!.name)).toEqual(["main", "w"]);
  expect(accounts).toMatchObject([
    {
      startNanos: 0,
      endNanos: ticks(11),
      activeNanos: ticks(9),
      gilKnown: true,
      gilNanos: ticks(9),
      gilWaitNanos: ticks(2),
      collectingNanos: ticks(3),
      exceptionNanos: 0,
      hottestNanos: ticks(6),
    },
    { activeNanos: ticks(2), gilNanos: 0, exceptionNanos: ticks(2), hottestNanos: ticks(9) },
  ]);
  expect(accounts.map(({ hottest }) => functions[hottest]!.name)).toEqual(["b", "sleep"]);
  expect(accountForThreads(filterIdle(selection))[1]).toMatchObject({ startNanos: ticks(9) });
});

it("threads, and processes, add up to the selection", () => {
  fc.assert(
    fc.property(arbitraryRuns, arbitraryRuns, (first, second) => {
      const other = { process: { pid: 43 }, cpu: true };
      const profile = readCaptures([
        writeCapture(first, { cpu: true }),
        writeCapture(second, other),
      ]);
      const selection = filterIdle(selectAll(profile));
      for (const accounts of [accountForThreads(selection), accountForProcesses(selection)]) {
        for (const unit of ["runs", "samples", "wallNanos", "cpuNanos"] as const) {
          const sum = accounts.reduce((total, account) => total + account.totals[unit], 0);
          expect(sum).toBeCloseTo(selection.totals[unit], 0);
        }
      }
    }),
  );
});

it("processes stand below their parents, which were there before them", () => {
  const profile = readCapture(captureOf("main R: a 1"));
  const [only] = profile.processes;
  const process = (pid: number, parentPid: number, start: bigint) => ({
    ...only!,
    pid,
    parentPid,
    startBootNanos: start,
  });
  const processes = [
    process(30, 20, 3n),
    process(20, 10, 2n),
    process(10, 1, 1n),
    // A pid that was used again, and two that claim to be each other's parent.
    process(20, 10, 9n),
    process(7, 8, 5n),
    process(8, 7, 5n),
  ];
  const accounts = accountForProcesses(selectAll({ ...profile, processes }));
  expect(accounts.map((a) => [processes[a.process]!.pid, a.depth])).toEqual([
    [10, 0],
    [20, 1],
    [30, 2],
    [20, 1],
    [7, 0],
    [8, 1],
  ]);
});
