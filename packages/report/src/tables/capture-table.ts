// SPDX-License-Identifier: MIT

import type { CaptureRows } from "./capture-rows.ts";

/** Types by their names in SQL. */
export type ColumnType = "BIGINT" | "INTEGER" | "DOUBLE" | "VARCHAR" | "BOOLEAN" | "INTEGER[]";

/** `null`: not known, or there is none. */
export type TableCell = number | string | boolean | readonly number[] | null;

export interface CaptureColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** What it says, with its unit. */
  readonly about: string;
  cell(rows: CaptureRows, row: number): TableCell;
}

/** A table that any engine can ask, of one capture: all its columns have `count` cells. */
export interface CaptureTable {
  readonly name: string;
  /** What a row is. */
  readonly about: string;
  count(rows: CaptureRows): number;
  readonly columns: readonly CaptureColumn[];
}

/** The first column of every table. */
export const CAPTURE_ID: CaptureColumn = {
  name: "capture_id",
  type: "BIGINT",
  about: "the capture; ids of other columns hold within it, so joins are by both",
  cell: ({ id }) => id,
};
