// SPDX-License-Identifier: MIT

import type { Comparison, SelfTest } from "@pyspy/analyze";
import type { Answer } from "../document/answer.ts";
import { codeCells } from "../document/code-cells.ts";
import { type Section, tableOf } from "../document/document.ts";
import type { Provenance } from "../report-format.ts";
import type { TableColumn } from "../terminal/text-table.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatCounted } from "../text/format-number.ts";
import { visibleExcerpt } from "../text/visible-text.ts";
import { CHANGE_COLUMNS, changeCells } from "./change-columns.ts";
import { told } from "./diff-input.ts";
import { diffJson } from "./diff-json.ts";

/** A recording compared with itself: what is found between like parts is false. */
export function selfTestAnswer(
  { alternating, halves }: SelfTest,
  { name, provenance, title }: { name: string; provenance: Provenance; title?: string | undefined },
): Answer {
  const falsely = countOf(alternating);
  const changed = countOf(halves);
  const tested = formatCounted(alternating.functions.length, "function");
  const recorded = formatDuration(
    alternating.before.recordedNanos + alternating.after.recordedNanos,
  );
  const json = (comparison: Comparison, before: string, after: string) =>
    (
      diffJson({
        comparison,
        doubts: [],
        renames: [],
        sides: { before, after },
        provenance,
      }) as { answer: never }
    ).answer;
  return {
    document: {
      title: visibleExcerpt(title ?? `${name} against itself`, 300),
      facts: [
        falsely === 0
          ? `Passed: between alternating stretches of the recording no change is found, of ${tested}.`
          : `Failed: between alternating stretches of the recording ${formatCounted(falsely, "change")} is found that cannot be, of ${tested}: comparisons of such recordings are not to be trusted.`,
        changed === 0
          ? "Steady: nor is any between its first half and its second."
          : `Not steady: between its first half and its second ${formatCounted(changed, "change")} is found: the program did something else. Compare like phases, or record for longer.`,
        `${recorded} recorded.`,
      ],
      warnings: [],
      sections: [
        ...tableSection("Found between alternating stretches", alternating),
        ...tableSection("Found between the halves", halves),
      ],
    },
    json: {
      format: "pyspy-analyze",
      formatVersion: 1,
      question: "diff --aa",
      provenance: { command: provenance.command, version: provenance.version },
      answer: {
        passed: falsely === 0,
        steady: changed === 0,
        alternating: json(alternating, "even stretches", "odd stretches"),
        halves: json(halves, "first half", "second half"),
      },
    },
  };
}

function countOf(comparison: Comparison): number {
  return new Set([...told(comparison, "self"), ...told(comparison, "total")]).size;
}

function tableSection(title: string, comparison: Comparison): Section[] {
  const rows = (["self", "total"] as const).flatMap((kind) =>
    told(comparison, kind).map((each) => ({ each, kind })),
  );
  if (rows.length === 0) return [];
  const cells = codeCells(rows.map(({ each }) => each.label));
  const columns: TableColumn[] = [
    { heading: "", align: "left" },
    ...CHANGE_COLUMNS,
    { heading: "function", align: "left" },
  ];
  const { measure } = comparison;
  const table = tableOf(
    columns,
    rows,
    ({ each, kind }) => [kind, ...changeCells(each[kind], measure), cells(each.label)],
    15,
  );
  return [{ title, lines: [], table }];
}
