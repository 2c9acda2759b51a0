// SPDX-License-Identifier: MIT

import type { SelectionSummary } from "@pyspy/analyze";
import type { Answer } from "../document/answer.ts";
import { frameAnswer, type QuestionInput } from "../document/answer-frame.ts";
import { type Section, tableOf } from "../document/document.ts";
import type { Json } from "../document/json.ts";
import { formatCounted } from "../text/format-number.ts";
import { visibleExcerpt } from "../text/visible-text.ts";

/** What a query yields: rows of as many values as there are columns. */
export interface QueryRows {
  readonly columns: readonly QueryColumn[];
  readonly rows: readonly (readonly Json[])[];
}

export interface QueryColumn {
  /** Each once. */
  readonly name: string;
  /** As SQL calls it: "BIGINT", "INTEGER[]". */
  readonly type: string;
}

export interface QueryAnswerOptions {
  /** What was asked, in words. */
  readonly title: string;
  /** Rows of the table; JSON has all. */
  readonly most: number;
  /** Of all inputs together; `input` has the first. */
  readonly summary: SelectionSummary;
}

const NUMERIC = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DOUBLE|FLOAT|DECIMAL.*)$/;
const LONGEST_CELL = 500;
const DIGITS = 6;

/** The result of a query, as other questions are answered. */
export function queryAnswer(
  input: QuestionInput,
  result: QueryRows,
  { title, most, summary }: QueryAnswerOptions,
): Answer {
  const { columns, rows } = result;
  const table = tableOf(
    columns.map(({ name, type }) => ({
      heading: visibleExcerpt(name, LONGEST_CELL),
      align: NUMERIC.test(type) ? "right" : "left",
    })),
    rows,
    (row) => row.map(cellText),
    most,
  );
  const section: Section = {
    title,
    lines: [formatCounted(rows.length, "row")],
    table: rows.length === 0 ? undefined : { ...table, uncut: true },
  };
  const objects = rows.map((row) =>
    Object.fromEntries(columns.map(({ name }, index) => [name, row[index]!])),
  );
  const json = { columns: columns.map(({ name, type }) => ({ name, type })), rows: objects };
  return frameAnswer(input, { question: "query", sections: [section], json }, summary);
}

function cellText(value: Json): string {
  if (value === null) return "-";
  if (typeof value === "number") {
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(DIGITS)));
  }
  return visibleExcerpt(typeof value === "string" ? value : JSON.stringify(value), LONGEST_CELL);
}
