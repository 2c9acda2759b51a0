// SPDX-License-Identifier: MIT

import {
  type FrameLabel,
  type FramePattern,
  findNeighbours,
  type HotRow,
  hottest,
  type Neighbour,
  type Neighbours,
  type Totals,
  type WeightUnit,
} from "@pyspy/analyze";
import type { Answer } from "../document/answer.ts";
import { frameAnswer, type QuestionInput } from "../document/answer-frame.ts";
import { codeCells } from "../document/code-cells.ts";
import { type Section, tableOf, textSection } from "../document/document.ts";
import type { Json } from "../document/json.ts";
import { formatCount, formatPercent } from "../text/format-number.ts";
import { describeUnit, formatWeight, shortWeight } from "../text/format-weight.ts";

export interface TopOptions {
  readonly unit: WeightUnit;
  /** What a row is; rows of files, modules and packages need frames that are put together so. */
  readonly by: "line" | "function" | "file" | "module" | "package";
  readonly sort: "self" | "total";
  /** Whose callers, and whose callees, are told instead of the functions. */
  readonly callersOf: readonly FramePattern[];
  readonly calleesOf: readonly FramePattern[];
  /** Rows of a table. */
  readonly rows: number;
}

/** The functions, or lines, with the most weight; or who calls some of them, and what they call. */
export function topAnswer(input: QuestionInput, options: TopOptions): Answer {
  const { unit, by, callersOf, calleesOf } = options;
  const whole = wholeWeight(input.selection.totals, unit);
  const body =
    callersOf.length + calleesOf.length > 0
      ? neighbourBody(input, options, whole)
      : functionBody(input, options, whole);
  const json = { unit, by, whole, ...body.json };
  return frameAnswer(input, { question: "top", sections: body.sections, json });
}

interface TopBody {
  readonly sections: readonly Section[];
  readonly json: { readonly [name: string]: Json };
}

function functionBody(input: QuestionInput, options: TopOptions, whole: number): TopBody {
  const { unit, by, sort, rows: most } = options;
  const rows = hottest(input.selection, { unit, lines: by === "line" });
  if (sort === "total") rows.sort((a, b) => b.total - a.total || b.self - a.self);
  const json = { rows: rows.map(rowJson) };
  const what = `${by.charAt(0).toUpperCase()}${by.slice(1)}s`;
  const whose = sort === "self" ? "of their own" : "with what they call";
  const title = `${what} by ${describeUnit(unit)} ${whose}`;
  if (rows.length === 0) {
    return { sections: [textSection(title, "No samples are left to show.")], json };
  }
  const cell = codeCells(rows.map(({ label }) => label));
  const table = tableOf(
    [
      { heading: "self", align: "right" },
      { heading: "", align: "right" },
      { heading: "total", align: "right" },
      { heading: "", align: "right" },
      { heading: by, align: "left" },
    ],
    rows,
    ({ label, self, total }) => [
      shortWeight(self, unit),
      formatPercent(self, whole),
      shortWeight(total, unit),
      formatPercent(total, whole),
      cell(label),
    ],
    most,
  );
  return { sections: [{ title, lines: [], table }], json };
}

function neighbourBody(input: QuestionInput, options: TopOptions, whole: number): TopBody {
  const { unit, by, rows, callersOf, calleesOf } = options;
  const find = (patterns: readonly FramePattern[]): Neighbours =>
    findNeighbours(input.selection, patterns, { unit, lines: by === "line" });
  const sections: Section[] = [];
  const json: Record<string, Json> = {};
  const context = { unit, by, rows, whole };
  if (callersOf.length > 0) {
    const found = find(callersOf);
    sections.push(neighbourSection("Callers", callersOf, found, found.callers, context));
    json["callers"] = neighboursJson(found, found.callers);
  }
  if (calleesOf.length > 0) {
    const found = find(calleesOf);
    sections.push(neighbourSection("Callees", calleesOf, found, found.callees, context));
    json["callees"] = neighboursJson(found, found.callees);
  }
  return { sections, json };
}

interface NeighbourContext extends Pick<TopOptions, "unit" | "by" | "rows"> {
  readonly whole: number;
}

function neighbourSection(
  kind: "Callers" | "Callees",
  patterns: readonly FramePattern[],
  { matched, total, self }: Neighbours,
  neighbours: readonly Neighbour[],
  { unit, by, rows, whole }: NeighbourContext,
): Section {
  const title = `${kind} of ${patterns.map(({ text }) => `/${text}/`).join(" or ")}`;
  if (matched.length === 0) return textSection(title, "Nothing that is selected matches.");
  const labels = [...matched, ...neighbours.flatMap(({ label }) => label ?? [])];
  const cell = codeCells(labels);
  const names = matched.slice(0, 3).map((label) => cell(label).name);
  const more = matched.length > 3 ? ` and ${formatCount(matched.length - 3)} more` : "";
  const intro = `${names.join(", ")}${more}: ${formatWeight(total, unit)} (${formatPercent(total, whole)}), of which ${formatWeight(self, unit)} by itself.`;
  const table = tableOf(
    [
      { heading: unit === "samples" ? "samples" : "time", align: "right" },
      { heading: "", align: "right" },
      { heading: by, align: "left" },
    ],
    neighbours,
    ({ label, weight }) => [
      shortWeight(weight, unit),
      formatPercent(weight, total),
      label === undefined ? "(the outermost frame)" : cell(label),
    ],
    rows,
  );
  return { title, lines: [intro], table };
}

/** The weight of everything selected. */
function wholeWeight({ samples, wallNanos, cpuNanos }: Totals, unit: WeightUnit): number {
  switch (unit) {
    case "samples":
      return samples;
    case "wall-nanos":
      return wallNanos;
    case "cpu-nanos":
      return cpuNanos;
  }
}

function labelJson({ name, file, line }: FrameLabel): { readonly [name: string]: Json } {
  return line > 0 ? { function: name, file, line } : { function: name, file };
}

function rowJson({ label, self, total }: HotRow): Json {
  return { ...labelJson(label), self: Math.round(self), total: Math.round(total) };
}

function neighboursJson(
  { matched, total, self }: Neighbours,
  neighbours: readonly Neighbour[],
): Json {
  return {
    matched: matched.map(labelJson),
    self: Math.round(self),
    total: Math.round(total),
    rows: neighbours.map(({ label, weight }) => ({
      ...(label === undefined ? { function: null, file: null } : labelJson(label)),
      weight: Math.round(weight),
    })),
  };
}
