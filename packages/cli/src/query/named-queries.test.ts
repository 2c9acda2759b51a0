// SPDX-License-Identifier: MIT

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  accountForProcesses,
  accountForThreads,
  buildTimeline,
  type HotRow,
  hottest,
  type Profile,
  readCapture,
  type Selection,
  selectView,
  type View,
} from "@pyspy/analyze";
import { captureRows } from "@pyspy/report";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { captureOf } from "../../../analyze/src/testing/capture-writer.ts";
import { CaptureDatabase } from "./capture-database.ts";
import { namedQueries } from "./named-queries.ts";

// Every query that is ready is held against what the analyzer says to the same question by other means.

type Row = Record<string, unknown>;
/** A row's key, and its numbers in whole microseconds: SQL adds floating point in its own order. */
type Numbers = Map<string, readonly number[]>;

const RECORDINGS = new URL("../../../../samples/recordings/", import.meta.url);

const RECURSIVE = `
  main gil R: main;fib;fib;fib:9 30
  main gil raises R: main;fib;fib:9 75
  main S: main;wait 120
  other waits S: serve;fib 40
  other gil R: serve;main;serve;json:7 185
`;

const inputs: readonly (readonly [string, Uint8Array])[] = [
  ...readdirSync(RECORDINGS)
    .filter((name) => name.endsWith(".pspy"))
    .map((name) => [name, readFileSync(new URL(name, RECORDINGS))] as const),
  ["recursive.pspy", captureOf(RECURSIVE, { cpu: true })],
];

const micros = (nanos: number): number => Math.round(nanos / 1e3);
const secondsOf = (value: unknown): number => Math.round(Number(value) * 1e6);

function folderOf(): string {
  return mkdtempSync(join(tmpdir(), "pyspy-query-"));
}

async function opened(names: readonly (readonly [string, Profile])[], folder: string) {
  const database = await CaptureDatabase.open({ memoryBytes: 1e9, folder });
  for (const [name, profile] of names) {
    await database.add(captureRows(selectView(profile, { idle: true }), name));
  }
  await database.lock();
  return database;
}

async function ask(database: CaptureDatabase, name: string): Promise<Row[]> {
  const { columns, rows } = await database.query(namedQueries.find((q) => q.name === name)!.sql);
  return rows.map((row) => Object.fromEntries(columns.map((column, i) => [column.name, row[i]])));
}

/** Rows with a key and columns of seconds; those of nothing but zeros are no difference. */
function numbers(rows: readonly Row[], key: readonly string[], values: readonly string[]): Numbers {
  return new Map(
    rows
      .map(
        (row) =>
          [
            key.map((name) => row[name]).join(" | "),
            values.map((name) => secondsOf(row[name])),
          ] as const,
      )
      .filter(([, row]) => row.some((value) => value !== 0)),
  );
}

function hotNumbers(
  rows: readonly HotRow[],
  values: (row: HotRow) => number[],
  line = false,
): Numbers {
  return new Map(
    rows
      .map(
        ({ label, ...row }) =>
          [
            [label.name, label.file, ...(line ? [label.line || null] : [])].join(" | "),
            values({ label, ...row }).map(micros),
          ] as const,
      )
      .filter(([, row]) => row.some((value) => value !== 0)),
  );
}

const self = ({ self }: HotRow): number[] => [self];

describe.each(inputs)("of %s", (name, bytes) => {
  const profile = readCapture(bytes);
  const view = (asked: View): Selection => selectView(profile, asked);
  const folder = folderOf();
  let database: CaptureDatabase;

  beforeAll(async () => {
    database = await opened([[name, profile]], folder);
  });
  afterAll(() => {
    database.close();
    rmSync(folder, { recursive: true });
  });

  it("functions have the times of `top`", async () => {
    const rows = await ask(database, "top-functions");
    const expected = hotNumbers(hottest(view({})), (row) => [row.self, row.total]);
    expect(numbers(rows, ["function", "file"], ["self_s", "total_s"])).toEqual(expected);
    expect(rows.length).toBe(hottest(view({})).length);
  });

  it("lines have the times of `top --by line`", async () => {
    const rows = await ask(database, "top-lines");
    expect(numbers(rows, ["function", "file", "line"], ["self_s"])).toEqual(
      hotNumbers(hottest(view({}), { lines: true }), self, true),
    );
  });

  it("modules have the times of `top --by module`", async () => {
    const rows = await ask(database, "modules");
    const expected = hottest(view({ by: "module" })).map(
      ({ label, self }) => [label.name, [micros(self)]] as const,
    );
    expect(numbers(rows, ["module"], ["self_s"])).toEqual(
      new Map(expected.filter(([, [value]]) => value !== 0)),
    );
  });

  it("threads have the account of `threads`", async () => {
    const rows = await ask(database, "threads");
    const expected = accountForThreads(view({ idle: true })).map((account) => {
      const { totals, activeNanos, gilNanos, gilWaitNanos } = account;
      const { tid, process } = profile.threads[account.thread]!;
      const values = [totals.wallNanos, activeNanos, totals.cpuNanos, gilNanos, gilWaitNanos];
      return [`${profile.processes[process]!.pid} | ${tid}`, values.map(micros)] as const;
    });
    const columns = ["wall_s", "active_s", "cpu_s", "gil_s", "gil_wait_s"];
    expect(numbers(rows, ["pid", "tid"], columns)).toEqual(new Map(expected));
  });

  it("processes have the account of `processes`", async () => {
    const rows = await ask(database, "processes");
    const seen = accountForProcesses(view({ idle: true })).filter(({ threads }) => threads > 0);
    const expected = seen.map(({ process, totals, activeNanos, gilNanos, gilWaitNanos }) => {
      const values = [totals.wallNanos, activeNanos, totals.cpuNanos, gilNanos, gilWaitNanos];
      return [String(profile.processes[process]!.pid), values.map(micros)] as const;
    });
    const columns = ["wall_s", "active_s", "cpu_s", "gil_s", "gil_wait_s"];
    expect(numbers(rows, ["pid"], columns)).toEqual(new Map(expected));
    expect(rows.map(({ threads }) => threads).sort()).toEqual(
      seen.map(({ threads }) => threads).sort(),
    );
  });

  it("the capture has the sums of all, and its busiest function", async () => {
    const [row, ...others] = await ask(database, "captures");
    expect(others).toEqual([]);
    const { totals } = view({ idle: true });
    const [busiest] = hottest(view({}));
    expect(row).toMatchObject({ capture: name, samples: totals.samples });
    expect([row!["wall_s"], row!["cpu_s"], row!["busiest_s"]].map(secondsOf)).toEqual(
      [totals.wallNanos, totals.cpuNanos, busiest!.self].map(micros),
    );
  });

  it("functions hold the GIL, and wait for it, as `--gil` and `--gil-wait` say", async () => {
    const rows = await ask(database, "gil");
    expect(numbers(rows, ["function", "file"], ["held_s"])).toEqual(
      hotNumbers(hottest(view({ states: ["gil"] })), self),
    );
    expect(numbers(rows, ["function", "file"], ["waited_s"])).toEqual(
      hotNumbers(hottest(view({ states: ["gil-wait"] })), self),
    );
  });

  it("seconds have the parts of `timeline`", async () => {
    const rows = await ask(database, "timeline");
    const { parts } = buildTimeline(view({ idle: true }), { stepNanos: 1e9, idleFunctions: true });
    const expected = parts.map((part, second) => {
      const { wallNanos, activeNanos, cpuNanos, gilNanos, gilWaitNanos } = part;
      const values = [wallNanos, activeNanos, cpuNanos, gilNanos, gilWaitNanos];
      return [String(second), values.map(micros)] as const;
    });
    const columns = ["wall_s", "active_s", "cpu_s", "gil_s", "gil_wait_s"];
    expect(numbers(rows, ["second"], columns)).toEqual(
      new Map(expected.filter(([, values]) => values.some((value) => value !== 0))),
    );
  });

  it("recursion is what stacks repeat", async () => {
    const rows = await ask(database, "recursion");
    const { samples, functions, stacks, frames } = view({ idle: true }).profile;
    const expected = new Map<string, [number, number]>();
    for (let run = 0; run < samples.length; run++) {
      const times = new Map<string, number>();
      for (let at = samples.stack[run]!; at >= 0; at = stacks.parent[at]!) {
        const { name, file } = functions[frames.function[stacks.frame[at]!]!]!;
        times.set(`${name} | ${file}`, (times.get(`${name} | ${file}`) ?? 0) + 1);
      }
      for (const [key, count] of times) {
        if (count < 2) continue;
        const [deepest, nanos] = expected.get(key) ?? [0, 0];
        expected.set(key, [Math.max(deepest, count), nanos + samples.wallNanos[run]!]);
      }
    }
    const found = rows.map(
      ({ function: name, file, deepest, total_s }) =>
        [`${name} | ${file}`, [deepest, secondsOf(total_s)]] as const,
    );
    expect(new Map(found)).toEqual(
      new Map([...expected].map(([key, [deepest, nanos]]) => [key, [deepest, micros(nanos)]])),
    );
    if (name === "recursive.pspy") expect(rows.map(({ deepest }) => deepest)).toEqual([2, 3]);
  });

  it("functions are blocked as `--off-cpu` says", async () => {
    const rows = await ask(database, "off-cpu");
    expect(numbers(rows, ["function", "file"], ["blocked_s"])).toEqual(
      hotNumbers(hottest(view({ states: ["off-cpu"] })), self),
    );
  });
});

it("several captures add up, each with its own ids", async () => {
  const folder = folderOf();
  const profiles = inputs.map(([name, bytes]) => [name, readCapture(bytes)] as const);
  const database = await opened(profiles, folder);
  const sums = new Map<string, number>();
  for (const [, profile] of profiles) {
    for (const { label, total } of hottest(selectView(profile, {}))) {
      const key = `${label.name} | ${label.file}`;
      sums.set(key, (sums.get(key) ?? 0) + total);
    }
  }
  const rows = await ask(database, "top-functions");
  expect(numbers(rows, ["function", "file"], ["total_s"])).toEqual(
    new Map([...sums].map(([key, nanos]) => [key, [micros(nanos)]])),
  );
  const captures = await ask(database, "captures");
  expect(captures.map(({ capture }) => capture).sort()).toEqual(
    inputs.map(([name]) => name).sort(),
  );
  await expect(
    database.add(captureRows(selectView(profiles[0]![1], {}), "copy.pspy")),
  ).rejects.toThrow("are the same recording");
  database.close();
  rmSync(folder, { recursive: true });
});

it("there are ten, each with a test here", () => {
  expect(namedQueries).toHaveLength(10);
  const tests = readFileSync(new URL(import.meta.url), "utf8");
  for (const { name } of namedQueries) expect(tests).toContain(`ask(database, "${name}")`);
});
