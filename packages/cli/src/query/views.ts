// SPDX-License-Identifier: MIT

import type { CaptureTable } from "@pyspy/report";

/** Where the tables are, below the views of the same names. */
export const TABLE_SCHEMA = "recorded";

/** Makes one of the tables. */
export function createTable({ name, columns }: CaptureTable): string {
  const definitions = columns.map((column) => `${column.name} ${column.type}`);
  return `CREATE TABLE ${TABLE_SCHEMA}.${name} (${definitions.join(", ")})`;
}

export interface QueryView {
  readonly name: string;
  /** What a row is. */
  readonly about: string;
  readonly select: string;
}

/**
 * The views of the tables, which Parquet files hold too; in the order in which they stand on each other.
 * Those without an entry here are the tables as they are.
 */
export const TABLE_VIEWS: Readonly<Record<string, string>> = {
  captures: `SELECT capture_id, capture, make_timestamp(start_us) AS start_time, damaged
    FROM ${TABLE_SCHEMA}.captures`,
  samples: `SELECT * EXCLUDE (time_us), make_timestamp(time_us) AS time
    FROM ${TABLE_SCHEMA}.samples`,
};

/** Views that put tables together. */
export const JOINED_VIEWS: readonly QueryView[] = [
  {
    name: "stack_frames",
    about: "a frame of a stack",
    select: `SELECT capture_id, stack_id, depth, frame_id, function_id, name AS function, file, line,
      module, package, owner, kind
    FROM (
      SELECT capture_id, stack_id, unnest(frame_ids) AS frame_id,
        unnest(range(len(frame_ids)))::INTEGER AS depth
      FROM stacks
    ) JOIN frames USING (capture_id, frame_id) JOIN functions USING (capture_id, function_id)`,
  },
  {
    name: "stack_functions",
    about: "a function of a stack, once however often it is called there: for totals",
    select: `SELECT capture_id, stack_id, function_id, any_value(function) AS function,
      any_value(file) AS file, any_value(module) AS module, any_value(package) AS package,
      any_value(owner) AS owner, any_value(kind) AS kind, count(*)::INTEGER AS times
    FROM stack_frames GROUP BY capture_id, stack_id, function_id`,
  },
  {
    name: "sample_details",
    about: "a row of samples, with the names of what it refers to",
    select: `SELECT capture, host, pid, role, command, tid, threads.name AS thread, threads.main,
      functions.name AS function, functions.file, frames.line, functions.module, functions.package,
      functions.owner, functions.kind, recordings.labels, process_id, recording_id, samples.*
    FROM samples
    JOIN captures USING (capture_id)
    JOIN threads USING (capture_id, thread_id)
    JOIN processes USING (capture_id, process_id)
    JOIN recordings USING (capture_id, recording_id)
    LEFT JOIN (SELECT capture_id, stack_id, frame_ids[-1] AS frame_id FROM stacks) AS stacks
      USING (capture_id, stack_id)
    LEFT JOIN frames USING (capture_id, frame_id)
    LEFT JOIN functions USING (capture_id, function_id)`,
  },
];
