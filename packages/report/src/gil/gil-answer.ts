// SPDX-License-Identifier: MIT

import {
  blameGil,
  type GilBlame,
  type Profile,
  type Selection,
  selectedSpan,
} from "@pyspy/analyze";
import type { Answer } from "../document/answer.ts";
import { frameAnswer, type QuestionInput } from "../document/answer-frame.ts";
import { codeCells } from "../document/code-cells.ts";
import { type Section, tableOf, textSection } from "../document/document.ts";
import { functionJson, functionLabels } from "../document/function-label.ts";
import type { Json } from "../document/json.ts";
import { threadJson, threadNames } from "../document/thread-names.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatPercent } from "../text/format-number.ts";

/** Who held the GIL while whom waited: tables of at most so many rows. */
export function gilAnswer(input: QuestionInput, rows: number): Answer {
  const { profile } = input.selection;
  const blame = blameGil(input.selection);
  const json = blameJson(profile, blame);
  return frameAnswer(input, {
    question: "gil",
    sections: sections(input.selection, blame, rows),
    json,
  });
}

function sections(selection: Selection, blame: GilBlame, most: number): Section[] {
  const { profile } = selection;
  if (!blame.known) return [textSection("GIL", "The capture does not say who held the GIL.")];
  const title = "Who held the GIL while others waited";
  if (blame.threads.length === 0)
    return [textSection(title, "No thread held it or waited for it.")];
  return [
    { title, lines: [verdict(selection, blame)], table: threadTable(profile, blame, most) },
    ...pairSections(profile, blame, most),
    ...functionSections(profile, blame, most),
  ];
}

function verdict(
  selection: Selection,
  { heldNanos, waitedNanos, unattributedNanos }: GilBlame,
): string {
  const nanos = observedNanos(selection);
  const held = `It was held for ${formatDuration(heldNanos)}, ${formatPercent(heldNanos, nanos)} of the time.`;
  if (waitedNanos === 0) return `${held} No thread waited for it.`;
  const waiting = (waitedNanos / Math.max(nanos, 1)).toFixed(2);
  const between =
    unattributedNanos > 0
      ? ` For ${formatDuration(unattributedNanos)} of that nobody was seen with it: it was changing hands.`
      : "";
  return `${held} Threads waited for it ${formatDuration(waitedNanos)} in all: ${waiting} threads at a time.${between}`;
}

/** The time that the selection is about: without what lies between recordings that were put together. */
function observedNanos(selection: Selection): number {
  const { startNanos, endNanos } = selectedSpan(selection);
  const recorded = selection.recorded.recordings.reduce(
    (sum, one) => sum + one.endNanos - one.startNanos,
    0,
  );
  return Math.min(endNanos - startNanos, recorded);
}

function threadTable(profile: Profile, { threads, waitedNanos }: GilBlame, most: number) {
  const nameOf = threadNames(profile);
  return tableOf(
    [
      { heading: "others waited", align: "right" },
      { heading: "", align: "right" },
      { heading: "held", align: "right" },
      { heading: "longest", align: "right" },
      { heading: "waited", align: "right" },
      { heading: "thread", align: "left" },
    ],
    threads,
    (one) => [
      formatDuration(one.blamedNanos),
      formatPercent(one.blamedNanos, waitedNanos),
      formatDuration(one.heldNanos),
      formatDuration(one.longestHoldNanos),
      formatDuration(one.waitedNanos),
      nameOf(one.thread),
    ],
    most,
  );
}

function pairSections(profile: Profile, { pairs, waitedNanos }: GilBlame, most: number): Section[] {
  if (pairs.length === 0) return [];
  const nameOf = threadNames(profile);
  const table = tableOf(
    [
      { heading: "waited", align: "right" },
      { heading: "", align: "right" },
      { heading: "thread", align: "left" },
      { heading: "for", align: "left" },
    ],
    pairs,
    ({ holder, waiter, nanos }) => [
      formatDuration(nanos),
      formatPercent(nanos, waitedNanos),
      nameOf(waiter),
      nameOf(holder),
    ],
    most,
  );
  return [{ title: "Who waited for whom", lines: [], table }];
}

function functionSections(
  profile: Profile,
  { functions, waitedNanos }: GilBlame,
  most: number,
): Section[] {
  if (functions.length === 0) return [];
  const labels = functionLabels(profile);
  const cell = codeCells(labels);
  const table = tableOf(
    [
      { heading: "self", align: "right" },
      { heading: "", align: "right" },
      { heading: "total", align: "right" },
      { heading: "", align: "right" },
      { heading: "function", align: "left" },
    ],
    functions,
    (one) => [
      formatDuration(one.selfNanos),
      formatPercent(one.selfNanos, waitedNanos),
      formatDuration(one.totalNanos),
      formatPercent(one.totalNanos, waitedNanos),
      cell(labels[one.function]!),
    ],
    most,
  );
  return [{ title: "What the holder ran while others waited", lines: [], table }];
}

function blameJson(profile: Profile, blame: GilBlame): Json {
  const nanos = Math.round;
  return {
    known: blame.known,
    heldNanos: nanos(blame.heldNanos),
    waitedNanos: nanos(blame.waitedNanos),
    unattributedNanos: nanos(blame.unattributedNanos),
    threads: blame.threads.map((one) => ({
      thread: threadJson(profile, one.thread),
      heldNanos: nanos(one.heldNanos),
      longestHoldNanos: nanos(one.longestHoldNanos),
      waitedNanos: nanos(one.waitedNanos),
      blamedNanos: nanos(one.blamedNanos),
    })),
    pairs: blame.pairs.map((one) => ({
      holder: threadJson(profile, one.holder),
      waiter: threadJson(profile, one.waiter),
      nanos: nanos(one.nanos),
    })),
    functions: blame.functions.map((one) => ({
      ...(functionJson(profile, one.function) as object),
      selfNanos: nanos(one.selfNanos),
      totalNanos: nanos(one.totalNanos),
    })),
  };
}
