// SPDX-License-Identifier: MIT

import type { Change, Measure } from "@pyspy/analyze";
import { formatAmount, formatDifference, formatMargin, formatRelative } from "../diff/amount.ts";
import { oklch } from "./oklch.ts";
import type { Paint } from "./palette.ts";

/** What a comparison says of one node's total. */
export type NodeChange = Pick<Change, "verdict" | "before" | "after" | "difference" | "margin">;

/** Of the nodes that were compared. */
export interface NodeChanges {
  readonly measure: Measure;
  readonly ofNode: ReadonlyMap<number, NodeChange>;
}

/** The same for JSON, which has neither maps nor infinity: node, verdict, and the four numbers. */
export interface PackedChanges {
  readonly measure: Measure;
  readonly nodes: readonly (readonly [
    node: number,
    verdict: Change["verdict"],
    before: number,
    after: number,
    difference: number,
    margin: number | null,
  ])[];
}

export function packChanges({ measure, ofNode }: NodeChanges): PackedChanges {
  const nodes = [...ofNode].map(
    ([node, { verdict, before, after, difference, margin }]) =>
      [
        node,
        verdict,
        short(before),
        short(after),
        short(difference),
        Number.isFinite(margin) ? short(margin) : null,
      ] as const,
  );
  return { measure, nodes };
}

export function unpackChanges({ measure, nodes }: PackedChanges): NodeChanges {
  const ofNode = new Map(
    nodes.map(([node, verdict, before, after, difference, margin]) => [
      node,
      { verdict, before, after, difference, margin: margin ?? Number.POSITIVE_INFINITY },
    ]),
  );
  return { measure, ofNode };
}

/** Digits beyond what anybody reads would be most of the file. */
function short(value: number): number {
  return Number(value.toPrecision(6));
}

/**
 * Orange for more and blue for less, which people of all kinds of sight tell apart, in three steps; a
 * sign and a percentage stand in the label, too. What was not told from noise is grey.
 */
const MORE_HUE = 55;
const LESS_HUE = 250;
/** Relative changes up to each are one step. */
const STEPS = [0.1, 0.3];

const MORE = [0, 1, 2].map((step) => changePaint(`more${step}`, MORE_HUE, step));
const LESS = [0, 1, 2].map((step) => changePaint(`less${step}`, LESS_HUE, step));
const NEW = strongPaint("new", 30);
const GONE = strongPaint("gone", 275);
const UNTOLD: Paint = { name: "untold", light: oklch(0.93, 0.004, 260), dark: "#33373c" };

export const CHANGE_PAINTS: readonly Paint[] = [...MORE, ...LESS, NEW, GONE, UNTOLD];

export const CHANGE_LEGEND: readonly { readonly paint: Paint; readonly text: string }[] = [
  { paint: MORE[2]!, text: "takes more time" },
  { paint: NEW, text: "new" },
  { paint: LESS[2]!, text: "takes less time" },
  { paint: GONE, text: "gone" },
  { paint: UNTOLD, text: "not told from noise, or too small to ask" },
];

export function changePaintOf(change: NodeChange | undefined): Paint {
  if (change === undefined) return UNTOLD;
  const { verdict, before, difference } = change;
  const relative = before > 0 ? Math.abs(difference) / before : Number.POSITIVE_INFINITY;
  const step = STEPS.filter((limit) => relative > limit).length;
  switch (verdict) {
    case "grew":
      return MORE[step]!;
    case "shrank":
      return LESS[step]!;
    case "new":
      return NEW;
    case "gone":
      return GONE;
    case "same":
    case "unclear":
      return UNTOLD;
  }
}

/** "+31 % " before the name of a node of which a change was told; else nothing. */
export function changePrefix(change: NodeChange | undefined): string {
  if (change === undefined || change.verdict === "same" || change.verdict === "unclear") return "";
  return `${formatRelative(change)} `;
}

/** The change in words, for tooltips and details. */
export function changeTexts({ measure, ofNode }: NodeChanges, node: number): string[] {
  const change = ofNode.get(node);
  if (change === undefined) return node === 0 ? [] : ["too small to compare"];
  const { before, after, difference, margin, verdict } = change;
  const relative = formatRelative(change);
  const told = { same: "too little to matter", unclear: "not told from noise" };
  const words = verdict === "same" || verdict === "unclear" ? told[verdict] : "told from noise";
  return [
    `before ${formatAmount(before, measure)}, after ${formatAmount(after, measure)}`,
    `${formatDifference(difference, measure)} ${formatMargin(margin, measure)}${relative === "" ? "" : ` (${relative})`}, ${words}`,
  ];
}

function changePaint(name: string, hue: number, step: number): Paint {
  return {
    name,
    light: oklch(0.92 - 0.055 * step, 0.045 + 0.035 * step, hue),
    dark: oklch(0.37 + 0.05 * step, 0.045 + 0.03 * step, hue),
  };
}

function strongPaint(name: string, hue: number): Paint {
  return { name, light: oklch(0.78, 0.13, hue), dark: oklch(0.47, 0.13, hue) };
}
