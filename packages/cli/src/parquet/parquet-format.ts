// SPDX-License-Identifier: MIT

/** The format that is a directory of tables, not a file: made by the query engine, one capture after the other. */
export const parquet = {
  name: "parquet",
  description:
    "a directory of tables for Spark, ClickHouse, BigQuery, DuckDB, pandas (docs/query.md)",
  extension: ".parquet",
} as const;
