import fc from "fast-check";
import { expect, it } from "vitest";
import { SampleColumns } from "../model/sample-columns.ts";
import { BlockedCpu } from "./blocked-cpu.ts";

interface Told {
  readonly thread?: number;
  /** "R", "S", or "" for not known. */
  readonly os: string;
  readonly tick: number;
  readonly ticks?: number;
  readonly cpu: number;
}

/** CPU time of each run afterwards; ticks are 10 apart. The runs come in two parts, or after others. */
function credited(told: readonly Told[], secondPart = 0, firstRun = 0): number[] {
  const samples = new SampleColumns();
  samples.reserve(told.length);
  told.forEach(({ thread = 0, os, tick, ticks = 1, cpu }, run) => {
    samples.thread[run] = thread;
    samples.osState[run] = os === "" ? 0 : os.charCodeAt(0);
    samples.startNanos[run] = tick * 10;
    samples.ticks[run] = ticks;
    samples.cpuNanos[run] = cpu;
  });
  const nanos = Float64Array.from({ length: 20 }, (_, tick) => tick * 10);
  const table = { length: 20, nanos, wallNanos: nanos.map(() => 10) };
  const blockedCpu = new BlockedCpu();
  samples.length = Math.max(secondPart, firstRun);
  blockedCpu.credit(samples, firstRun, table);
  const second = samples.length;
  samples.length = told.length;
  blockedCpu.credit(samples, second, table);
  return [...samples.cpuNanos.subarray(0, told.length)];
}

it.each<[string, Told[], number[]]>([
  [
    "what was used before blocking is the running stack's",
    [
      { os: "R", tick: 0, ticks: 3, cpu: 20 },
      { os: "S", tick: 3, ticks: 5, cpu: 4 },
      { os: "R", tick: 8, cpu: 7 },
    ],
    [24, 0, 7],
  ],
  [
    "but not more than the time between the two ticks",
    [
      { os: "R", tick: 0, cpu: 0 },
      { os: "S", tick: 1, ticks: 5, cpu: 35 },
    ],
    [10, 25],
  ],
  [
    "what was blocked before and after stays",
    [
      { os: "S", tick: 0, cpu: 1 },
      { os: "S", tick: 1, cpu: 2 },
    ],
    [1, 2],
  ],
  [
    "an unknown state stays as it is",
    [
      { os: "R", tick: 0, cpu: 1 },
      { os: "", tick: 1, cpu: 2 },
    ],
    [1, 2],
  ],
  [
    "other threads and gaps are no predecessors",
    [
      { os: "R", tick: 0, cpu: 1 },
      { thread: 1, os: "S", tick: 1, cpu: 2 },
      { os: "S", tick: 2, cpu: 4 },
    ],
    [1, 2, 4],
  ],
])("%s", (_, told, expected) => {
  for (let part = 0; part <= told.length; part++) expect(credited(told, part)).toEqual(expected);
});

it("leaves other recordings alone", () => {
  const told = [
    { os: "R", tick: 0, cpu: 1 },
    { os: "S", tick: 1, cpu: 2 },
  ];
  expect(credited(told, 0, 1)).toEqual([1, 2]);
});

it("neither makes CPU time nor loses any, whatever the runs are", () => {
  const run = fc.record({
    thread: fc.nat(2),
    os: fc.constantFrom("R", "S", "D", ""),
    tick: fc.nat(19),
    ticks: fc.integer({ min: 1, max: 5 }),
    cpu: fc.nat(100),
  });
  fc.assert(
    fc.property(fc.array(run), (told) => {
      const after = credited(told);
      const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
      expect(sum(after)).toBe(sum(told.map(({ cpu }) => cpu)));
      expect(Math.min(0, ...after)).toBe(0);
    }),
  );
});
