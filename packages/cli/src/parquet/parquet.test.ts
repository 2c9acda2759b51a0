// SPDX-License-Identifier: MIT

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { hottest, readCapture, selectView } from "@pyspy/analyze";
import { captureTables } from "@pyspy/report";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { captureOf } from "../../../analyze/src/testing/capture-writer.ts";
import { HOSTILE_NAMES } from "../../../report/src/testing/hostile-names.ts";
import { main } from "../main.ts";
import { namedQueries } from "../query/named-queries.ts";
import { memoryIo } from "../testing/memory-io.ts";

type Row = Record<string, unknown>;

const RECORDINGS = new URL("../../../../samples/recordings/", import.meta.url);
const DAY_NANOS = 86_400_000_000_000n;
const START = 1_700_000_000_000_000_000n;

let folder: string;
/** Names of the inputs, and what they hold. */
const inputs = new Map<string, Uint8Array>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pyspy-parquet-"));
  mkdirSync(join(folder, "tmp"));
  process.env["TMPDIR"] = join(folder, "tmp");
  for (const name of ["web_like.pspy", "states.pspy", "pool.pspy"]) {
    inputs.set(name, readFileSync(new URL(name, RECORDINGS)));
  }
  const text = "main gil R: main;work;work:3 6\nmain S: main;wait 4\nother waits S: 9";
  inputs.set("first.pspy", captureOf(text, { startRealtimeNanos: START, cpu: true }));
  inputs.set("next.pspy", captureOf(text, { startRealtimeNanos: START + DAY_NANOS }));
  for (const [name, bytes] of inputs) writeFileSync(join(folder, name), bytes);
  expect(await run(...inputs.keys(), "-o", "all.parquet")).toMatchObject({ code: 0, out: "" });
});

afterAll(() => rmSync(folder, { recursive: true }));

async function run(...argv: readonly string[]) {
  const io = memoryIo({ cwd: folder });
  const code = await main(argv, io);
  return { code, out: io.out(), err: io.err() };
}

/** Every file below a directory, by its path. */
function files(path: string): string[] {
  return readdirSync(join(folder, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, path).length + 1))
    .sort();
}

/** All rows of a table, as another reader has them. */
async function tableRows(dataset: string, table: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const name of files(dataset).filter((path) => path.startsWith(`${table}/`))) {
    const bytes = readFileSync(join(folder, dataset, name));
    const file = bytes.buffer.slice(
      bytes.byteOffset,
      bytes.byteOffset + bytes.length,
    ) as ArrayBuffer;
    rows.push(...(await parquetReadObjects({ file, compressors })));
  }
  return rows;
}

const key = (...parts: unknown[]): string => parts.join(" | ");

describe("read by hyparquet", () => {
  it("times add up to what the analyzer has", async () => {
    let [wall, cpu, samples, held] = [0, 0, 0, 0];
    for (const row of await tableRows("all.parquet", "samples")) {
      wall += Number(row["wall_ns"]);
      cpu += Number(row["cpu_ns"] ?? 0);
      samples += Number(row["samples"]);
      if (row["gil"] === "held") held += Number(row["wall_ns"]);
    }
    const expected = [0, 0, 0, 0];
    for (const bytes of inputs.values()) {
      const profile = readCapture(bytes);
      const { totals } = selectView(profile, { idle: true });
      const gil = selectView(profile, { states: ["gil"] }).totals.wallNanos;
      [totals.wallNanos, totals.cpuNanos, totals.samples, gil].forEach((value, index) => {
        expected[index]! += value;
      });
    }
    expect([wall, cpu, samples, held]).toEqual(expected);
  });

  it("functions have the times of `top`", async () => {
    const functions = new Map(
      (await tableRows("all.parquet", "functions")).map((row) => [
        key(row["capture_id"], row["function_id"]),
        key(row["name"], row["file"]),
      ]),
    );
    const functionOfFrame = new Map(
      (await tableRows("all.parquet", "frames")).map((row) => [
        key(row["capture_id"], row["frame_id"]),
        functions.get(key(row["capture_id"], row["function_id"]))!,
      ]),
    );
    const stacks = new Map(
      (await tableRows("all.parquet", "stacks")).map((row) => [
        key(row["capture_id"], row["stack_id"]),
        (row["frame_ids"] as number[]).map(
          (frame) => functionOfFrame.get(key(row["capture_id"], frame))!,
        ),
      ]),
    );
    const sums = new Map<string, [number, number]>();
    const add = (name: string, self: number, total: number): void => {
      const [before, all] = sums.get(name) ?? [0, 0];
      sums.set(name, [before + self, all + total]);
    };
    for (const row of await tableRows("all.parquet", "samples")) {
      if (row["idle"] || row["stack_id"] === null) continue;
      const stack = stacks.get(key(row["capture_id"], row["stack_id"]))!;
      const nanos = Number(row["wall_ns"]);
      for (const name of new Set(stack)) add(name, name === stack.at(-1) ? nanos : 0, nanos);
    }
    const expected = new Map<string, [number, number]>();
    for (const bytes of inputs.values()) {
      for (const { label, self, total } of hottest(selectView(readCapture(bytes), {}))) {
        const [before, all] = expected.get(key(label.name, label.file)) ?? [0, 0];
        expected.set(key(label.name, label.file), [before + self, all + total]);
      }
    }
    expect(sums).toEqual(expected);
  });

  it("every file says which command made it, and has the columns of its table", () => {
    for (const name of files("all.parquet").filter((path) => path.endsWith(".parquet"))) {
      const bytes = readFileSync(join(folder, "all.parquet", name));
      const { key_value_metadata: entries, schema } = parquetMetadata(
        bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
      );
      expect(entries).toContainEqual({
        key: "pyspy.command",
        value: expect.stringContaining("pyspy-analyze web_like.pspy states.pspy"),
      });
      const table = captureTables.find((one) => name.startsWith(`${one.name}/`))!;
      expect(schema.map((column) => column.name)).toContain(table.columns.at(0)!.name);
    }
  });
});

it("another DuckDB has the same answers to every ready query", async () => {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const views = readFileSync(join(folder, "all.parquet", "_views.sql"), "utf8");
  await connection.run(views.replaceAll("read_parquet('", `read_parquet('${folder}/all.parquet/`));
  for (const { name, sql } of namedQueries) {
    const elsewhere = await connection.runAndReadAll(sql);
    const { out } = await run("query", ...inputs.keys(), "--name", name, "--json");
    const here = JSON.parse(out).answer.rows as Row[];
    expect(here.length, name).toBeGreaterThan(0);
    const rounded = (value: unknown): unknown =>
      typeof value === "number" ? Number(value.toPrecision(9)) : String(value);
    const there = elsewhere
      .getRowObjects()
      .map((row) =>
        Object.values(row).map((value) =>
          rounded(typeof value === "bigint" ? Number(value) : value),
        ),
      );
    expect(there, name).toEqual(here.map((row) => Object.values(row).map(rounded)));
  }
  connection.closeSync();
  instance.closeSync();
});

it("captures are in partitions by the day on which they began", () => {
  expect(files("all.parquet").filter((path) => path.startsWith("samples/"))).toEqual([
    "samples/date=2023-11-14/part-00001.parquet",
    "samples/date=2023-11-15/part-00001.parquet",
    "samples/date=2026-11-22/part-00001.parquet",
  ]);
});

it("the same captures give the same bytes, and other ones change nothing in a row", async () => {
  const words = ["web_like.pspy", "first.pspy", "-f", "parquet", "-o"];
  for (const name of ["one", "two"]) {
    mkdirSync(join(folder, name));
    expect((await run(...words, `${name}/x.parquet`)).code).toBe(0);
  }
  const data = (name: string) =>
    files(`${name}/x.parquet`).map((path) =>
      readFileSync(join(folder, name, "x.parquet", path), "latin1").replaceAll(`${name}/x`, "/x"),
    );
  expect(data("one")).toEqual(data("two"));
  const [first] = await tableRows("one/x.parquet", "captures");
  expect(await tableRows("all.parquet", "captures")).toContainEqual(first);
});

it("filters are applied, and what they left out is said", async () => {
  const { code, err } = await run("first.pspy", "--gil", "-o", "gil.parquet");
  expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining("filters removed") });
  const rows = await tableRows("gil.parquet", "samples");
  expect(new Set(rows.map((row) => row["gil"]))).toEqual(new Set(["held"]));
});

it("any name is a name", async () => {
  const text = HOSTILE_NAMES.map((_, index) => `main R: top;f${index} 1`).join("\n");
  let bytes = Buffer.from(captureOf(text));
  // Names of the same length, so that the file stays whole; its checksum no longer holds, which is said.
  bytes = Buffer.from(
    bytes.toString("latin1").replace("f1", "\u0000'").replace("f2", '"\n'),
    "latin1",
  );
  writeFileSync(join(folder, "a'b\n.pspy"), bytes);
  expect((await run("a'b\n.pspy", "-o", "it's.parquet")).code).toBe(0);
  const names = (await tableRows("it's.parquet", "functions")).map((row) => row["name"]);
  expect(names.length).toBeGreaterThan(0);
  const [capture] = await tableRows("it's.parquet", "captures");
  expect(capture).toMatchObject({ capture: "a'b\\n.pspy" });
});

describe("what is there already", () => {
  it("is never mixed with, nor replaced", async () => {
    mkdirSync(join(folder, "full.parquet"));
    writeFileSync(join(folder, "full.parquet", "mine.txt"), "mine");
    writeFileSync(join(folder, "file.parquet"), "mine");
    for (const name of ["full.parquet", "file.parquet"]) {
      const { code, err } = await run("first.pspy", "-o", name);
      expect({ code, err }).toMatchObject({
        code: 8,
        err: expect.stringContaining("there already"),
      });
    }
    expect(files("full.parquet")).toEqual(["mine.txt"]);
  });

  it("may be an empty directory", async () => {
    mkdirSync(join(folder, "empty.parquet"));
    expect((await run("first.pspy", "-o", "empty.parquet")).code).toBe(0);
    expect(files("empty.parquet")).toContain("_views.sql");
  });
});

it("a failure leaves nothing", async () => {
  const before = readdirSync(folder).sort();
  expect(await run("first.pspy", "nowhere.pspy", "-o", "half.parquet")).toMatchObject({ code: 3 });
  expect(await run("first.pspy", "first.pspy", "-o", "half.parquet")).toMatchObject({ code: 7 });
  expect(await run("first.pspy", "-o", "nowhere/half.parquet")).toMatchObject({ code: 8 });
  expect(await run("first.pspy", "-f", "parquet", "-o", "-")).toMatchObject({ code: 2 });
  expect(readdirSync(folder).sort()).toEqual(before);
  expect(readdirSync(join(folder, "tmp"))).toEqual([]);
});

it("is named after its input where no name is given", async () => {
  expect(await run("next.pspy", "-f", "parquet")).toMatchObject({ code: 0, out: "next.parquet\n" });
});
