// SPDX-License-Identifier: MIT

import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { type CaptureRows, captureTables, type QueryRows } from "@pyspy/report";
import { IncompatibleInputsError, QueryError } from "../errors.ts";
import { appendTable } from "./append-table.ts";
import { loadQueryEngine, type QueryEngine } from "./query-engine.ts";
import { queryResult } from "./query-result.ts";
import { createTable, JOINED_VIEWS, TABLE_SCHEMA, TABLE_VIEWS } from "./views.ts";

export interface DatabaseOptions {
  /** Bytes that it may use of memory; beyond, it goes on in `folder`. */
  readonly memoryBytes: number;
  /** An empty directory for what does not fit. */
  readonly folder: string;
}

/** The tables of captures in DuckDB, in memory. */
export class CaptureDatabase {
  readonly #engine: QueryEngine;
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #names = new Map<number, string>();

  private constructor(engine: QueryEngine, instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#engine = engine;
    this.#instance = instance;
    this.#connection = connection;
  }

  /** @throws QueryEngineMissingError */
  static async open({ memoryBytes, folder }: DatabaseOptions): Promise<CaptureDatabase> {
    const engine = await loadQueryEngine();
    const instance = await engine.DuckDBInstance.create(":memory:", {
      memory_limit: `${Math.ceil(memoryBytes / 1e6)}MB`,
      temp_directory: folder,
      // Nothing comes over the network.
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    const database = new CaptureDatabase(engine, instance, await instance.connect());
    await database.#createTables();
    return database;
  }

  async #createTables(): Promise<void> {
    await this.run(`CREATE SCHEMA ${TABLE_SCHEMA}`);
    for (const table of captureTables) {
      await this.run(createTable(table));
      const select = TABLE_VIEWS[table.name] ?? `SELECT * FROM ${TABLE_SCHEMA}.${table.name}`;
      await this.run(`CREATE VIEW ${table.name} AS ${select}`);
    }
    for (const { name, select } of JOINED_VIEWS) await this.run(`CREATE VIEW ${name} AS ${select}`);
  }

  /** @throws IncompatibleInputsError when it is there already: it would count twice. */
  async add(rows: CaptureRows): Promise<void> {
    const before = this.#names.get(rows.id);
    if (before !== undefined) {
      throw new IncompatibleInputsError(`${before} and ${rows.name} are the same recording`);
    }
    this.#names.set(rows.id, rows.name);
    for (const table of captureTables) {
      await appendTable(this.#engine, this.#connection, TABLE_SCHEMA, table, rows);
    }
  }

  /**
   * From now on nothing that is asked reads or writes a file or talks to the network, and nothing can take
   * this back: a question may have come with a ticket.
   */
  async lock(): Promise<void> {
    await this.run("SET enable_external_access = false");
    await this.run("SET lock_configuration = true");
  }

  /**
   * The answer to one SELECT.
   *
   * @throws QueryError with what DuckDB has to say.
   */
  async query(sql: string): Promise<QueryRows> {
    const { EXPLAIN, SELECT } = this.#engine.StatementType;
    // The engine has no words for it.
    if (/^(?:\s|--.*)*$/.test(sql)) throw new QueryError("there is no statement");
    try {
      const statements = await this.#connection.extractStatements(sql);
      if (statements.count !== 1) throw new QueryError("a query is one statement");
      const prepared = await statements.prepare(0);
      // Others change the tables, or have effects on the process (PRAGMA writes to its output).
      if (![SELECT, EXPLAIN].includes(prepared.statementType)) {
        throw new QueryError("only queries are answered: SELECT, WITH, FROM, DESCRIBE, EXPLAIN");
      }
      return await queryResult(await prepared.run());
    } catch (error) {
      throw error instanceof QueryError ? error : new QueryError((error as Error).message);
    }
  }

  /** Runs statements of ours. */
  async run(sql: string): Promise<void> {
    await this.#connection.run(sql);
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}
