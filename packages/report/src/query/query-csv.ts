// SPDX-License-Identifier: MIT

import type { Json } from "../document/json.ts";
import type { QueryRows } from "./query-answer.ts";

/** A result as comma-separated values (RFC 4180, with line feeds alone); nothing stands for NULL. */
export function* queryCsv({ columns, rows }: QueryRows): Generator<string> {
  yield line(columns.map(({ name }) => name));
  for (const row of rows) yield line(row);
}

function line(values: readonly Json[]): string {
  return `${values.map(field).join(",")}\n`;
}

function field(value: Json): string {
  if (value === null) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  // An empty text is not NULL.
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
