// SPDX-License-Identifier: MIT

import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCapture, selectAll } from "@pyspy/analyze";
import { captureRows } from "@pyspy/report";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { captureOf } from "../../../analyze/src/testing/capture-writer.ts";
import { CaptureDatabase } from "./capture-database.ts";
import { loadQueryEngine } from "./query-engine.ts";

let folder: string;
let database: CaptureDatabase;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pyspy-locked-"));
  mkdirSync(join(folder, "spill"));
  writeFileSync(join(folder, "secret.csv"), "secret\n42\n");
  database = await CaptureDatabase.open({ memoryBytes: 200e6, folder: join(folder, "spill") });
  const selection = selectAll(readCapture(captureOf("main gil R: main;work:7 3")));
  await database.add(captureRows(selection, "run.pspy"));
  await database.lock();
});

afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

/** What the engine has to say, or what it found. */
async function attempt(sql: string): Promise<string> {
  try {
    return JSON.stringify((await database.query(sql)).rows);
  } catch (error) {
    return (error as Error).message;
  }
}

describe("a query from anywhere", () => {
  const read = [
    "FROM read_csv('SECRET')",
    "FROM 'SECRET'",
    "FROM read_text('SECRET')",
    "FROM read_blob('SECRET')",
    "FROM glob('FOLDER/*')",
    "FROM sniff_csv('SECRET')",
    "FROM parquet_metadata('SECRET')",
    "FROM read_json('SECRET')",
    "WITH a AS (FROM read_csv('SECRET')) SELECT * FROM samples, a",
    "SELECT getenv('HOME')",
  ];
  it.each(read)("reads no file: %s", async (sql) => {
    const said = await attempt(
      sql.replace("SECRET", join(folder, "secret.csv")).replace("FOLDER", folder),
    );
    expect(said).toMatch(/disabled by configuration|does not exist/);
    expect(said).not.toContain("42");
  });

  const write = [
    "COPY samples TO 'FOLDER/out.csv'",
    "COPY (SELECT 1) TO 'FOLDER/spill/out.csv'",
    "EXPORT DATABASE 'FOLDER/out'",
    "ATTACH 'FOLDER/out.db'",
    "SET profiling_output = 'FOLDER/out'",
    "CALL enable_logging(storage = 'file', storage_config = {'path': 'FOLDER/out'})",
  ];
  it.each(write)("writes no file: %s", async (sql) => {
    expect(await attempt(sql.replace("FOLDER", folder))).toMatch(
      /only queries are answered|disabled/,
    );
    expect(readdirSync(folder).sort()).toEqual(["secret.csv", "spill"]);
    expect(existsSync(join(folder, "spill", "out.csv"))).toBe(false);
  });

  const other = [
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "RESET lock_configuration",
    "DROP VIEW samples",
    "DELETE FROM recorded.samples",
    "PRAGMA enable_profiling",
    "CREATE TABLE more AS SELECT 1",
    "SELECT 1; SELECT 2",
    "",
    "-- nothing",
  ];
  it.each(other)("does nothing else: %s", async (sql) => {
    expect(await attempt(sql)).toMatch(/only queries are answered|one statement|no statement/);
  });

  it("goes nowhere", async () => {
    expect(await attempt("FROM read_parquet('http://127.0.0.1:9/x')")).toContain("disabled");
  });

  it("is answered, and told what is wrong with it", async () => {
    expect(await attempt("SELECT count(*) FROM samples")).toBe("[[1]]");
    expect(await attempt("EXPLAIN SELECT 1")).toContain("physical_plan");
    expect(await attempt("DESCRIBE samples")).toContain("wall_ns");
    expect(await attempt("SHOW TABLES")).toContain("sample_details");
    expect(await attempt("SELECT nothing FROM samples")).toContain("Candidate bindings");
    expect(await attempt("SELEC 1")).toContain("syntax error");
    expect(await attempt("SELECT error('x')")).toContain("x");
  });

  it("has no more memory and disk than it may", async () => {
    const sql = "SELECT count(*) FROM (SELECT DISTINCT range, repeat('x', 100) FROM range(100000))";
    expect(await attempt(sql)).toBe("[[100000]]");
    const list = "SELECT len(list(repeat('x', 100) || range)) FROM range(10000000)";
    expect(await attempt(list)).toMatch(/^Out of Memory Error/);
  });
});

it("values come out as JSON has them", async () => {
  const { columns, rows } = await database.query(`SELECT 1::HUGEINT AS a, 2::HUGEINT ** 80 AS b,
    9007199254740993 AS c, 1.25::DECIMAL(9, 2) AS d, [1, NULL] AS e, {'x': [true]} AS f, NULL AS g,
    TIMESTAMP '2026-01-02 03:04:05.5' AS h, DATE '2026-01-02' AS i, 'nan'::DOUBLE AS j, 'q' AS a`);
  expect(columns.map(({ name }) => name)).toEqual([..."abcdefghij", "a:1"]);
  const values = [1, 2 ** 80, "9007199254740993", 1.25, [1, null], { x: [true] }, null];
  expect(rows).toEqual([[...values, "2026-01-02 03:04:05.5", "2026-01-02", "NaN", "q"]]);
});

it("a machine without the engine is told what to install", async () => {
  const missing = loadQueryEngine(() => Promise.reject(new Error("Cannot find module")));
  await expect(missing).rejects.toMatchObject({ code: "QUERY_ENGINE_MISSING" });
});
