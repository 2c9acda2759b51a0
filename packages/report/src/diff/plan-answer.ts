// SPDX-License-Identifier: MIT

import type { Measure, PlannedFunction, RecordingPlan } from "@pyspy/analyze";
import type { Answer } from "../document/answer.ts";
import { frameAnswer, type QuestionInput } from "../document/answer-frame.ts";
import { codeCells } from "../document/code-cells.ts";
import { type Section, tableOf, textSection } from "../document/document.ts";
import type { Json } from "../document/json.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatPercent } from "../text/format-number.ts";
import { formatAmount, formatWait } from "./amount.ts";

/** How long to record, and what a recording as long as the pilot can show. */
export function planAnswer(
  input: QuestionInput,
  plan: RecordingPlan,
  { change, measure, most }: { change: number; measure: Measure; most: number },
): Answer {
  const percent = formatPercent(change, 1);
  const lines = [
    `To tell ${percent} more or less, in four of five cases, record so long before and after. ` +
      `"Told now" is the smallest change that two recordings of ${formatDuration(1e9 * plan.recordedSeconds)} show.`,
    `Everything together: ${formatWait(plan.all.seconds)}.`,
  ];
  const section = (title: string, kind: "self" | "total"): Section => {
    const rows = plan.functions.filter((each) => each.kind === kind);
    if (rows.length === 0) return textSection(title, "None.");
    const cells = codeCells(rows.map(({ label }) => label));
    const table = tableOf(
      ["now", "told now", "", "record", "function"].map((heading, at) => ({
        heading,
        align: at === 4 ? ("left" as const) : ("right" as const),
      })),
      rows,
      (each) => [
        formatAmount(each.now, measure),
        `±${formatAmount(each.tellable, measure)}`,
        formatPercent(each.tellable, each.now),
        formatWait(each.seconds),
        cells(each.label),
      ],
      most,
    );
    return { title, lines: [], table };
  };
  return frameAnswer(input, {
    question: "plan",
    facts: lines,
    sections: [section("By itself", "self"), section("With what it calls", "total")],
    json: {
      change,
      measure,
      recordedSeconds: plan.recordedSeconds,
      all: {
        now: plan.all.now,
        tellable: known(plan.all.tellable),
        seconds: known(plan.all.seconds),
      },
      functions: plan.functions.map(functionJson),
    },
  });
}

function functionJson({ label, kind, now, tellable, seconds }: PlannedFunction): Json {
  return {
    function: label.name,
    file: label.file,
    kind,
    now,
    tellable: known(tellable),
    seconds: known(seconds),
  };
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
