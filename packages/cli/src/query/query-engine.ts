// SPDX-License-Identifier: MIT

import { QueryEngineMissingError } from "../errors.ts";

/** DuckDB's package: large, and native code, so that it is loaded only where it is asked for. */
export type QueryEngine = typeof import("@duckdb/node-api");

/** @throws QueryEngineMissingError where it is not installed, or there is none for this machine. */
export async function loadQueryEngine(
  load: () => Promise<QueryEngine> = () => import("@duckdb/node-api"),
): Promise<QueryEngine> {
  try {
    return await load();
  } catch (error) {
    throw new QueryEngineMissingError(error);
  }
}
