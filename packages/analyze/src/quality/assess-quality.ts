// SPDX-License-Identifier: MIT
import { StateFlag } from "@pyspy/schemas";
import type { Profile } from "../model/profile.ts";
import { summarizeQuality } from "../summary/quality.ts";
import type { QualityAssessment, QualityFinding, QualityKind } from "./quality-finding.ts";

/** From which share on a finding is told, and from which on it is a warning. */
const LIMITS: Readonly<Partial<Record<QualityKind, readonly [note: number, warning: number]>>> = {
  "missed-ticks": [0.01, 0.2],
  "late-ticks": [0.05, 2],
  unstable: [0.01, 0.05],
  truncated: [0.001, 0.05],
  failed: [0.001, 0.02],
  "no-stack": [0.01, 2],
  unsupported: [0.001, 2],
  unobserved: [0.001, 0.05],
  "late-stops": [0.001, 0.05],
};
/** Fewer ticks do not tell 10 % from 15 %. */
const FEW_TICKS = 150;
/** A tenth: the share for which the margin is given. */
const SHARE = 0.1;
const STANDARD_ERRORS_95 = 1.96;

/** Judges all that was recorded: what it is worth does not depend on what is looked at. */
export function assessQuality(profile: Profile): QualityAssessment {
  const quality = summarizeQuality(profile);
  const { recordings, samples } = profile;
  const recordedNanos = recordings.reduce((sum, one) => sum + one.endNanos - one.startNanos, 0);
  const cut = recordings.filter(({ endReason }) => endReason === undefined).length;
  const slowed = recordings.filter(
    ({ header, rateHertz }) => rateHertz < 0.99 * (header.options?.rateHertz ?? 0),
  ).length;
  const findings: QualityFinding[] = [];
  const tell = (kind: QualityKind, level: QualityFinding["level"], count: number): void => {
    findings.push({ kind, level, share: 0, count });
  };
  const tellShare = (kind: QualityKind, count: number, whole: number): void => {
    const share = whole > 0 ? count / whole : 0;
    const [note, warning] = LIMITS[kind]!;
    if (count === 0 || share < note) return;
    findings.push({ kind, level: share >= warning ? "warning" : "note", share, count });
  };
  if (quality.samples === 0) tell("no-samples", "warning", 0);
  else if (quality.ticksTaken < FEW_TICKS) tell("few-ticks", "note", quality.ticksTaken);
  if (quality.damage.length > 0) tell("damage", "warning", quality.damage.length);
  if (cut > 0) tell("cut", "note", cut);
  if (slowed > 0) tell("lower-rate", "note", slowed);
  if (quality.samples > 0 && !knowsGil(profile)) tell("gil-unknown", "note", 0);
  const read = quality.samples + quality.samplesFailed;
  tellShare("missed-ticks", quality.ticksMissed, quality.ticksAsked);
  tellShare("late-ticks", quality.ticksLate, quality.ticksTaken);
  tellShare("unstable", quality.samplesUnstable, quality.samples);
  tellShare("truncated", quality.samplesTruncated, quality.samples);
  tellShare("failed", quality.samplesFailed, read);
  tellShare("no-stack", quality.samplesWithoutStack, quality.samples);
  tellShare("unsupported", quality.samplesUnsupported, quality.samples);
  tellShare("unobserved", quality.unobservedNanos, recordedNanos);
  tellShare("late-stops", quality.stopsTimedOut, quality.stops);
  findings.sort(
    (a, b) => Number(b.level === "warning") - Number(a.level === "warning") || b.share - a.share,
  );
  return {
    verdict: verdictOf(findings),
    findings,
    shareMargin:
      samples.length === 0 || quality.ticksTaken === 0
        ? 1
        : STANDARD_ERRORS_95 * Math.sqrt((SHARE * (1 - SHARE)) / quality.ticksTaken),
    pauseBuckets: pauseBuckets(profile),
  };
}

function verdictOf(findings: readonly QualityFinding[]): QualityAssessment["verdict"] {
  if (findings.some(({ level }) => level === "warning")) return "doubtful";
  return findings.length > 0 ? "usable" : "good";
}

function knowsGil({ samples }: Profile): boolean {
  return samples.flags.some((flags) => (flags & StateFlag.STATE_GIL_KNOWN) !== 0);
}

function pauseBuckets({ recordings }: Profile): number[] {
  const sums: number[] = [];
  for (const { counters } of recordings) {
    counters?.pauseNanos?.bucket.forEach((count, i) => {
      sums[i] = (sums[i] ?? 0) + Number(count);
    });
  }
  return sums;
}
