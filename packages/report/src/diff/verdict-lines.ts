// SPDX-License-Identifier: MIT

import type { Change, Comparison, SideFacts } from "@pyspy/analyze";
import { formatDuration } from "../text/format-duration.ts";
import { formatCount, formatCounted, formatPercent } from "../text/format-number.ts";
import { visibleExcerpt } from "../text/visible-text.ts";
import {
  formatAmount,
  formatDifference,
  formatMargin,
  formatRelative,
  formatWait,
  measureText,
} from "./amount.ts";
import { type DiffInput, isTold, told, untold } from "./diff-input.ts";

const LONGEST_NAME = 60;

/** The comparison in sentences, the answer first. */
export function verdictLines({ comparison, doubts, sides }: DiffInput): string[] {
  return [
    comparableLine(doubts.length),
    allLine(comparison),
    changedLine(comparison),
    ...unclearLine(comparison),
    noiseLine(comparison),
    sideLine("Before", sides.before, comparison.before),
    sideLine("After", sides.after, comparison.after),
  ];
}

function comparableLine(doubts: number): string {
  if (doubts === 0) return "Comparable: nothing speaks against it.";
  return `Comparable with care: ${formatCounted(doubts, "doubt")}, below.`;
}

function allLine(comparison: Comparison): string {
  const { all, measure, unit } = comparison;
  const shown = measure === "share" ? "rate" : measure;
  const amounts = `${formatAmount(all.before, shown)} before, ${formatAmount(all.after, shown)} after`;
  const change = `${formatDifference(all.difference, shown)} ${formatMargin(all.margin, shown)}`;
  return `In all, ${measureText(shown, unit)}: ${amounts}: ${change} (${relative(all)}), ${inWords(comparison)}.`;
}

function relative(change: Change): string {
  return formatRelative(change) || "nothing on both sides";
}

function inWords({ all, drift }: Comparison): string {
  if (isTold(all)) {
    return drift !== "unknown"
      ? "told from noise"
      : "more than it varied while it was recorded; whether by the program, its load or the machine is not known";
  }
  return all.verdict === "same" ? "too little to matter" : "not told from noise";
}

function changedLine(comparison: Comparison): string {
  const self = told(comparison, "self");
  const total = told(comparison, "total");
  const tested = formatCounted(comparison.functions.length, "function");
  const least = formatPercent(comparison.threshold, 1);
  const scope = `of ${tested} with ${least} of the time or more`;
  if (self.length + total.length === 0) {
    const alike = isTold(comparison.all) ? [alikeLine(comparison)] : [];
    return [`Changed: none ${scope}.`, ...alike].join(" ");
  }
  const names = self
    .slice(0, 3)
    .map((each) => `${visibleExcerpt(each.label.name, LONGEST_NAME)} ${VERBS[each.self.verdict]}`);
  const more = self.length > 3 ? ` and ${formatCount(self.length - 3)} more` : "";
  const own = self.length === 0 ? "none by itself" : `${names.join(", ")}${more}`;
  const count = `${formatCount(self.length)} by themselves, ${formatCount(total.length)} with what they call`;
  return `Changed ${scope}: ${count}. ${own}.`;
}

/** Of everything, which leaves too little to compare a function with. */
const NEARLY_ALL = 0.9;

function alikeLine({ functions, before, after }: Comparison): string {
  const dominant = functions.find(
    ({ self }) =>
      self.beforeNanos > NEARLY_ALL * before.weightNanos &&
      self.afterNanos > NEARLY_ALL * after.weightNanos,
  );
  if (dominant === undefined) return "Everything changed alike: more work, or another machine.";
  const name = visibleExcerpt(dominant.label.name, LONGEST_NAME);
  return `Nearly everything is ${name}, so that it, more work and another machine look alike: record several a side, in turns.`;
}

const VERBS: Readonly<Record<Change["verdict"], string>> = {
  grew: "takes more time",
  shrank: "takes less time",
  new: "is new",
  gone: "is gone",
  same: "is the same",
  unclear: "cannot be told",
};

function unclearLine(comparison: Comparison): string[] {
  const unclear = untold(comparison, "self");
  const largest = unclear[0];
  if (largest === undefined) return [];
  const { self, label } = largest;
  const name = visibleExcerpt(label.name, LONGEST_NAME);
  const change = `${formatDifference(self.difference, comparison.measure)} ${formatMargin(self.margin, comparison.measure)}`;
  const wait =
    self.secondsToTell === undefined
      ? ""
      : `; record ${formatWait(self.secondsToTell)} a side to tell`;
  return [
    `Large and not told from noise: ${formatCounted(unclear.length, "function")}, the largest ${name}, ${change}${wait}.`,
  ];
}

function noiseLine({ betweenReplicates, falseDiscoveryRate, windowNanos }: Comparison): string {
  const windows = `windows of ${formatDuration(windowNanos)} and longer`;
  const source = betweenReplicates
    ? `Noise is taken from ${windows} and from the recordings of a side.`
    : `Noise is taken from ${windows} within recordings; what differs from one recording to the next is not in it: record several a side to know.`;
  return `${source} Of the changes told, ${formatPercent(falseDiscoveryRate, 1)} may be false.`;
}

function sideLine(when: string, name: string, facts: SideFacts): string {
  const several = facts.replicates > 1 ? `mean of ${formatCount(facts.replicates)}, together ` : "";
  const parts = [
    `${several}${formatDuration(facts.recordedNanos)}`,
    formatCounted(facts.samples, "sample"),
    `${formatCount(facts.windows)} windows`,
  ];
  return `${when}: ${visibleExcerpt(name, 200)}: ${parts.join(", ")}.`;
}
