// SPDX-License-Identifier: MIT

import type { DuckDBConnection, DuckDBType, DuckDBValue } from "@duckdb/node-api";
import type { CaptureRows, CaptureTable, ColumnType, TableCell } from "@pyspy/report";
import type { QueryEngine } from "./query-engine.ts";

/** Rows of a chunk: DuckDB's own size of vectors. */
const CHUNK_ROWS = 2048;

/** Appends all rows of a table of one capture to the table of that name in a schema. */
export async function appendTable(
  engine: QueryEngine,
  connection: DuckDBConnection,
  schema: string,
  table: CaptureTable,
  rows: CaptureRows,
): Promise<void> {
  const count = table.count(rows);
  if (count === 0) return;
  const types = table.columns.map(({ type }) => appendedType(engine, type));
  const appender = await connection.createAppender(table.name, schema);
  try {
    for (let first = 0; first < count; first += CHUNK_ROWS) {
      const length = Math.min(CHUNK_ROWS, count - first);
      const chunk = engine.DuckDBDataChunk.create(types, length);
      table.columns.forEach((column, index) => {
        const values: DuckDBValue[] = [];
        for (let row = first; row < first + length; row++) {
          values.push(appendedValue(engine, column.cell(rows, row)));
        }
        chunk.setColumnValues(index, values);
      });
      appender.appendDataChunk(chunk);
    }
  } finally {
    appender.closeSync();
  }
}

/**
 * Whole numbers of 64 bits are handed over as floating point, in which ours are exact, and become what the
 * table has: a bigint for each cell takes longer than all the rest.
 */
function appendedType(engine: QueryEngine, type: ColumnType): DuckDBType {
  switch (type) {
    case "BIGINT":
    case "DOUBLE":
      return engine.DOUBLE;
    case "INTEGER":
      return engine.INTEGER;
    case "VARCHAR":
      return engine.VARCHAR;
    case "BOOLEAN":
      return engine.BOOLEAN;
    case "INTEGER[]":
      return engine.LIST(engine.INTEGER);
  }
}

function appendedValue(engine: QueryEngine, cell: TableCell): DuckDBValue {
  return typeof cell === "object" && cell !== null ? engine.listValue(cell) : cell;
}
