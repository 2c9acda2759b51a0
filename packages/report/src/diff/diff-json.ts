// SPDX-License-Identifier: MIT

import type { Change, FunctionChange, SideFacts } from "@pyspy/analyze";
import type { Json } from "../document/json.ts";
import type { DiffInput } from "./diff-input.ts";

const JSON_VERSION = 1;

/** The comparison for programs; docs/json.md has its shape. */
export function diffJson({ comparison, doubts, renames, sides, provenance }: DiffInput): Json {
  const { before, after, all, functions } = comparison;
  return {
    format: "pyspy-analyze",
    formatVersion: JSON_VERSION,
    question: "diff",
    provenance: { command: provenance.command, version: provenance.version },
    answer: {
      comparable: doubts.length === 0,
      doubts: doubts.map(({ code, text }) => ({ code, text })),
      measure: comparison.measure,
      unit: comparison.unit,
      threshold: comparison.threshold,
      leastDifference: comparison.leastDifference,
      falseDiscoveryRate: comparison.falseDiscoveryRate,
      windowNanos: Math.round(comparison.windowNanos),
      betweenReplicates: comparison.betweenReplicates,
      drift: comparison.drift,
      bareNames: comparison.bareNames,
      before: sideJson(sides.before, before),
      after: sideJson(sides.after, after),
      all: changeJson(all, before, after),
      functions: functions.map((each) => functionJson(each, before, after)),
      untested: comparison.untested,
      perhapsRenamed: renames.map((pair) => ({
        before: { function: pair.before.name, file: pair.before.file },
        after: { function: pair.after.name, file: pair.after.file },
      })),
    },
  };
}

function sideJson(name: string, { replicates, recordedNanos, samples, ...rest }: SideFacts): Json {
  return {
    name,
    replicates,
    recordedNanos: Math.round(recordedNanos),
    samples,
    selectedNanos: Math.round(rest.weightNanos),
    windows: rest.windows,
  };
}

function functionJson(
  { label, self, total }: FunctionChange,
  ...sides: [SideFacts, SideFacts]
): Json {
  return {
    function: label.name,
    file: label.file,
    self: changeJson(self, ...sides),
    total: changeJson(total, ...sides),
  };
}

function changeJson(change: Change, before: SideFacts, after: SideFacts): Json {
  const { beforeNanos, afterNanos, secondsToTell } = change;
  return {
    verdict: change.verdict,
    before: change.before,
    after: change.after,
    difference: change.difference,
    margin: finite(change.margin),
    p: change.p,
    q: change.q,
    secondsToTell: secondsToTell === undefined ? null : finite(secondsToTell),
    beforeNanos: Math.round(beforeNanos),
    afterNanos: Math.round(afterNanos),
    beforeShare: share(beforeNanos, before.weightNanos),
    afterShare: share(afterNanos, after.weightNanos),
  };
}

/** JSON has no infinity: `null` is "not known". */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function share(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
