// SPDX-License-Identifier: MIT

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type CaptureRows, captureTables, type Provenance } from "@pyspy/report";
import { OutputError } from "../errors.ts";
import type { CaptureDatabase } from "../query/capture-database.ts";
import { JOINED_VIEWS, TABLE_SCHEMA } from "../query/views.ts";

/** Rows of samples that make a file, about: few files for engines that open each, little memory for us. */
const FILE_SAMPLES = 2_000_000;
const MICROS_PER_MILLI = 1000;

/**
 * A directory of Parquet files, `TABLE/date=2026-11-22/part-00001.parquet`: a table each, in partitions of
 * the days (UTC) on which captures begin, as Hive has them. Captures of one day share files.
 */
export class ParquetDataset {
  readonly #database: CaptureDatabase;
  readonly #folder: string;
  readonly #metadata: string;
  /** Ids of the captures that are in the database and in no file, by their day. */
  readonly #waiting = new Map<string, number[]>();
  #waitingSamples = 0;
  #part = 0;

  /** @param folder an empty directory. */
  constructor(database: CaptureDatabase, folder: string, { command, version }: Provenance) {
    this.#database = database;
    this.#folder = folder;
    const entries = { "pyspy.command": command, "pyspy.version": version };
    this.#metadata = Object.entries(entries)
      .map(([key, value]) => `'${key}': ${literal(value)}`)
      .join(", ");
  }

  /** Takes note of a capture that was added to the database; from time to time files are written. */
  async added({ id, selection, origin }: CaptureRows): Promise<void> {
    const day = dayOf(origin.micros);
    this.#waiting.set(day, [...(this.#waiting.get(day) ?? []), id]);
    this.#waitingSamples += selection.runs.length;
    if (this.#waitingSamples >= FILE_SAMPLES) await this.#flush();
  }

  /** Writes what is left, and what makes views of the files. */
  async finish(): Promise<void> {
    await this.#flush();
    await writeFile(join(this.#folder, "_views.sql"), viewsOfFiles());
  }

  async #flush(): Promise<void> {
    if (this.#waiting.size === 0) return;
    const file = `part-${String(++this.#part).padStart(5, "0")}.parquet`;
    for (const { name } of captureTables) {
      for (const [day, ids] of this.#waiting) {
        const folder = join(this.#folder, name, `date=${day}`);
        await mkdir(folder, { recursive: true });
        await this.#copy(
          `SELECT * FROM ${name} WHERE capture_id IN (${ids.join(", ")})`,
          join(folder, file),
        );
      }
      await this.#database.run(`TRUNCATE ${TABLE_SCHEMA}.${name}`);
    }
    this.#waiting.clear();
    this.#waitingSamples = 0;
  }

  async #copy(select: string, path: string): Promise<void> {
    const options = `FORMAT parquet, COMPRESSION zstd, KV_METADATA {${this.#metadata}}`;
    try {
      await this.#database.run(`COPY (${select}) TO ${literal(path)} (${options})`);
    } catch (error) {
      throw new OutputError(path, `cannot write Parquet: ${(error as Error).message}`);
    }
  }
}

/** "2026-11-22", in UTC. */
function dayOf(micros: number): string {
  return new Date(micros / MICROS_PER_MILLI).toISOString().slice(0, 10);
}

/** The views of docs/query.md for a DuckDB that is elsewhere, and started in the directory. */
function viewsOfFiles(): string {
  const tables = captureTables.map(
    ({ name }) =>
      `CREATE VIEW ${name} AS FROM read_parquet('${name}/*/*.parquet', hive_partitioning = true);\n`,
  );
  const joined = JOINED_VIEWS.map(({ name, select }) => `CREATE VIEW ${name} AS ${select};\n`);
  return [...tables, ...joined].join("");
}

/** Text in SQL. */
function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
