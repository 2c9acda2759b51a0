// SPDX-License-Identifier: MIT

import type { Comparison, FunctionChange, RenameCandidate } from "@pyspy/analyze";
import type { Answer } from "../document/answer.ts";
import { codeCells } from "../document/code-cells.ts";
import { type Cell, type Section, tableOf, textSection } from "../document/document.ts";
import type { TableColumn } from "../terminal/text-table.ts";
import { formatPercent } from "../text/format-number.ts";
import { visibleExcerpt } from "../text/visible-text.ts";
import { formatWait } from "./amount.ts";
import { CHANGE_COLUMNS, changeCells } from "./change-columns.ts";
import { type DiffInput, told, untold } from "./diff-input.ts";
import { diffJson } from "./diff-json.ts";
import { verdictLines } from "./verdict-lines.ts";

/** Rows of each table for people; JSON has all. */
export interface DiffLimits {
  readonly functions: number;
}

export const DIFF_TERMINAL_LIMITS: DiffLimits = { functions: 15 };
export const DIFF_TICKET_LIMITS: DiffLimits = { functions: 8 };

const LONGEST_TITLE = 300;

/** The comparison as an answer: the verdict in words, then what changed, then what cannot be told. */
export function diffAnswer(input: DiffInput, limits: DiffLimits): Answer {
  const { comparison, doubts, sides, provenance, title } = input;
  const cells = codeCells(comparison.functions.map(({ label }) => label));
  const sections = [
    changedSection(comparison, "self", cells, limits),
    changedSection(comparison, "total", cells, limits),
    ...unclearSection(comparison, cells, limits),
    ...renameSection(input.renames, cells),
  ];
  const source = `Made by pyspy-analyze ${provenance.version}: ${visibleExcerpt(provenance.command, 500)}`;
  return {
    document: {
      title: visibleExcerpt(title ?? `${sides.before} → ${sides.after}`, LONGEST_TITLE),
      facts: [...verdictLines(input), source],
      warnings: doubts.map(({ text }) => `Doubt: ${text}`),
      sections,
    },
    json: diffJson(input),
  };
}

type Cells = ReturnType<typeof codeCells>;

const TITLES = {
  self: "Changed by themselves",
  total: "Changed with what they call",
} as const;

function changedSection(
  comparison: Comparison,
  kind: "self" | "total",
  cells: Cells,
  limits: DiffLimits,
): Section {
  const rows = told(comparison, kind);
  if (rows.length === 0) return textSection(TITLES[kind], "None.");
  const columns: TableColumn[] = [
    ...CHANGE_COLUMNS,
    { heading: "share", align: "right" },
    { heading: "function", align: "left" },
  ];
  const { measure } = comparison;
  return {
    title: TITLES[kind],
    lines: [],
    table: tableOf(
      columns,
      rows,
      (each): Cell[] => [
        ...changeCells(each[kind], measure),
        shares(each, kind, comparison),
        cells(each.label),
      ],
      limits.functions,
    ),
  };
}

/** Of everything selected, on both sides: what takes its part from others shows here. */
function shares(
  each: FunctionChange,
  kind: "self" | "total",
  { before, after }: Comparison,
): string {
  const { beforeNanos, afterNanos } = each[kind];
  const one = formatPercent(beforeNanos, before.weightNanos).replace(" %", "");
  return `${one} → ${formatPercent(afterNanos, after.weightNanos)}`;
}

function unclearSection(comparison: Comparison, cells: Cells, limits: DiffLimits): Section[] {
  const rows = untold(comparison, "self");
  if (rows.length === 0) return [];
  const columns: TableColumn[] = [
    ...CHANGE_COLUMNS,
    { heading: "record", align: "right" },
    { heading: "function", align: "left" },
  ];
  const table = tableOf(
    columns,
    rows,
    (each): Cell[] => [
      ...changeCells(each.self, comparison.measure),
      formatWait(each.self.secondsToTell ?? Number.POSITIVE_INFINITY),
      cells(each.label),
    ],
    Math.ceil(limits.functions / 2),
  );
  const line =
    "A difference is there, and it may be chance: recorded so long on each side, one of this size is told.";
  return [{ title: "Large, and not told from noise (own time)", lines: [line], table }];
}

function renameSection(pairs: readonly RenameCandidate[], cells: Cells): Section[] {
  if (pairs.length === 0) return [];
  const lines = pairs.map(({ before, after }) => {
    const [one, two] = [cells(before), cells(after)];
    const remedy = one.name === two.name ? "--match name" : `--rename ${one.name}=${two.name}`;
    return `${one.name} (${one.place}) → ${two.name} (${two.place}): ${remedy} makes them one.`;
  });
  return [{ title: "Perhaps renamed or moved", lines }];
}
