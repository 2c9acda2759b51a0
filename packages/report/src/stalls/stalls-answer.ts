// SPDX-License-Identifier: MIT

import {
  findStalls,
  type Profile,
  type Stall,
  type StallOptions,
  type Stalls,
} from "@pyspy/analyze";
import type { Answer } from "../document/answer.ts";
import { frameAnswer, type QuestionInput } from "../document/answer-frame.ts";
import { codeCells } from "../document/code-cells.ts";
import { type Cell, type Section, type Table, tableOf, textSection } from "../document/document.ts";
import { functionLabels, stackJson } from "../document/function-label.ts";
import type { Json } from "../document/json.ts";
import { threadJson, threadNames } from "../document/thread-names.ts";
import type { TableColumn } from "../terminal/text-table.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatPercent } from "../text/format-number.ts";
import { formatOffset } from "../text/format-time.ts";

/** When a thread did not get on for long: tables of at most so many rows. */
export function stallsAnswer(input: QuestionInput, options: StallOptions, rows: number): Answer {
  const { profile } = input.selection;
  const found = findStalls(input.selection, options);
  return frameAnswer(input, {
    question: "stalls",
    sections: sections(profile, found, options, rows),
    json: {
      leastNanos: options.leastNanos,
      stalls: found.stalls.map((stall) => stallJson(profile, stall)),
    },
  });
}

function sections(
  profile: Profile,
  { stalls, periodNanos }: Stalls,
  { leastNanos }: StallOptions,
  most: number,
): Section[] {
  const least = formatDuration(leastNanos);
  const hint =
    leastNanos < 2 * periodNanos
      ? [
          `Ticks are ${formatDuration(periodNanos)} apart: what is shorter than two may be one sample.`,
        ]
      : [];
  const onStack = stalls.filter(({ kind }) => kind === "stack");
  const holding = stalls.filter(({ kind }) => kind === "gil");
  const stackTitle = `On one stack for ${least} or longer`;
  const gilTitle = `With the GIL for ${least} or longer`;
  return [
    onStack.length === 0
      ? textSection(stackTitle, "None.", ...hint)
      : { title: stackTitle, lines: hint, table: stallTable(profile, onStack, ON_STACK, most) },
    holding.length === 0
      ? textSection(gilTitle, "None.")
      : { title: gilTitle, lines: [], table: stallTable(profile, holding, HOLDING, most) },
  ];
}

/** What tables of the two kinds of stalls do not have in common. */
interface StallKind {
  readonly column: TableColumn;
  readonly cell: (stall: Stall) => string;
  readonly place: string;
}

const ON_STACK: StallKind = {
  column: { heading: "doing", align: "left" },
  cell: activity,
  place: "function",
};
const HOLDING: StallKind = {
  column: { heading: "others waited", align: "right" },
  cell: ({ blamedNanos }) => formatDuration(blamedNanos),
  place: "function in common",
};

function stallTable(
  profile: Profile,
  stalls: readonly Stall[],
  { column, cell, place }: StallKind,
  most: number,
): Table {
  const nameOf = threadNames(profile);
  const placeCell = placeOf(profile);
  return tableOf(
    [
      { heading: "at", align: "right" },
      { heading: "lasted", align: "right" },
      { heading: "CPU", align: "right" },
      column,
      { heading: "thread", align: "left" },
      { heading: place, align: "left" },
    ],
    stalls,
    (stall) => [
      formatOffset(stall.startNanos),
      formatDuration(stall.durationNanos),
      formatPercent(stall.cpuNanos, stall.durationNanos),
      cell(stall),
      nameOf(stall.thread),
      placeCell(stall.stack),
    ],
    most,
  );
}

/** What the thread did for most of the time. */
function activity({ idleShare, gilShare, gilWaitShare }: Stall): string {
  const most = Math.max(gilShare, gilWaitShare, idleShare - gilWaitShare);
  if (most < 0.5) return "runs";
  if (most === gilShare) return "runs, GIL";
  return most === gilWaitShare ? "waits, GIL" : "blocked";
}

function placeOf(profile: Profile): (stack: number) => Cell {
  const labels = functionLabels(profile);
  const cell = codeCells(labels);
  return (stack) =>
    stack < 0 ? "-" : cell(labels[profile.frames.function[profile.stacks.frame[stack]!]!]!);
}

function stallJson(profile: Profile, stall: Stall): Json {
  const { kind, thread, stack, samples, idleShare, gilShare, gilWaitShare } = stall;
  return {
    kind,
    thread: threadJson(profile, thread),
    startNanos: Math.round(stall.startNanos),
    durationNanos: Math.round(stall.durationNanos),
    samples,
    cpuNanos: Math.round(stall.cpuNanos),
    idleShare,
    gilShare,
    gilWaitShare,
    blamedNanos: Math.round(stall.blamedNanos),
    stack: stackJson(profile, stack),
  };
}
