// SPDX-License-Identifier: MIT

import type { DuckDBResult, DuckDBValue } from "@duckdb/node-api";
import type { Json, QueryRows } from "@pyspy/report";

/** Reads all rows of a result, as values of JSON. */
export async function queryResult(result: DuckDBResult): Promise<QueryRows> {
  const types = result.columnTypes();
  const columns = result
    .deduplicatedColumnNames()
    .map((name, index) => ({ name, type: String(types[index]) }));
  const rows = (await result.getRows()).map((row) => row.map(jsonValue));
  return { columns, rows };
}

/** A number where it is exact; what JSON has no value for as DuckDB's text. */
function jsonValue(value: DuckDBValue): Json {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "bigint") {
    return BigInt.asIntN(53, value) === value ? Number(value) : value.toString();
  }
  if ("items" in value) return value.items.map(jsonValue);
  if ("entries" in value && !Array.isArray(value.entries)) {
    const members = Object.entries(value.entries).map(([name, each]) => [name, jsonValue(each)]);
    return Object.fromEntries(members) as Json;
  }
  if ("scale" in value && "toDouble" in value) return value.toDouble();
  return value.toString();
}
