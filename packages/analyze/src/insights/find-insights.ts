// SPDX-License-Identifier: MIT
import { blameGil } from "../gil/blame-gil.ts";
import { assessQuality } from "../quality/assess-quality.ts";
import { isRecorded } from "../select/require-recorded.ts";
import type { Selection } from "../select/selection.ts";
import { isIdle, waitsForGil } from "../select/states.ts";
import { findStalls } from "../stalls/find-stalls.ts";
import { selectedSpan } from "../timeline/build-timeline.ts";
import { hottest } from "../tree/hottest.ts";
import { standingInLoop } from "./event-loop.ts";
import type { GilInsight, HotInsight, Insight, LoadInsight, StallInsight } from "./insight.ts";
import { findOddWorker } from "./odd-worker.ts";

/** Functions that are named. */
const MOST_FUNCTIONS = 3;
/** Of the time in which threads wanted to run, lost to waiting for the GIL. */
const GIL_PROBLEM = 0.2;
const GIL_NOTICE = 0.05;
/** What a person notices as a hesitation. */
const STALL_NANOS = 100e6;
/** Others waited as long as that for one that kept the GIL. */
const STALL_PROBLEM_NANOS = 100e6;
const STANDARD_ERRORS_95 = 1.96;

/**
 * What stands out in a recording, the same for everybody who asks.
 *
 * @param selection what is looked at: where the time went.
 * @param observed the same threads and times in whatever state they were: what kept them from running.
 */
export function findInsights(selection: Selection, observed: Selection): Insight[] {
  const assessment = assessQuality(selection.recorded);
  const level = assessment.verdict === "doubtful" ? "problem" : "fine";
  if (observed.runs.length === 0) return [{ kind: "quality", level, assessment }];
  return [
    hotInsight(selection),
    gilInsight(observed),
    ...(isRecorded(selection.recorded, "times")
      ? [stallInsight(observed), ...findOddWorker(observed)]
      : []),
    loadInsight(observed),
    { kind: "quality", level, assessment },
  ];
}

function hotInsight(selection: Selection): HotInsight {
  const { wallNanos, samples } = selection.totals;
  const rows = hottest(selection);
  const share = (nanos: number): number => (wallNanos > 0 ? nanos / wallNanos : 0);
  let sum = 0;
  let halfCount = 0;
  for (const { self } of rows) {
    if (sum >= wallNanos / 2) break;
    sum += self;
    halfCount++;
  }
  const functions = rows
    .filter(({ self }) => self > 0)
    .slice(0, MOST_FUNCTIONS)
    .map(({ label, self, total }) => {
      const selfShare = share(self);
      const margin =
        STANDARD_ERRORS_95 * Math.sqrt((selfShare * (1 - selfShare)) / Math.max(samples, 1));
      return { label, selfShare, totalShare: share(total), margin };
    });
  return { kind: "hot", level: "notice", functions, halfCount };
}

function gilInsight(observed: Selection): GilInsight {
  const { samples } = observed.profile;
  const blame = blameGil(observed);
  let wanted = 0;
  for (const run of observed.runs)
    if (!isIdle(samples, run) && !waitsForGil(samples, run)) wanted += samples.wallNanos[run]!;

  const { waitedNanos } = blame;
  const waitShare = waitedNanos > 0 ? waitedNanos / Math.max(wanted + waitedNanos, 1) : 0;
  const [first] = blame.threads;
  const holder = first !== undefined && first.blamedNanos > 0 ? first.thread : -1;
  const level = waitShare >= GIL_PROBLEM ? "problem" : waitShare >= GIL_NOTICE ? "notice" : "fine";
  return {
    kind: "gil",
    level,
    known: blame.known,
    waitedNanos,
    waitShare,
    waitingThreads: waitedNanos / Math.max(recordedNanos(observed), 1),
    holder,
    holderShare: holder < 0 ? 0 : first!.blamedNanos / waitedNanos,
    function: blame.functions[0]?.function ?? -1,
  };
}

/** Where an event loop stood still, that is told first: it concerns all that the loop serves. */
function stallInsight(observed: Selection): StallInsight {
  const options = { leastNanos: STALL_NANOS, lines: false };
  const isOfLoop = standingInLoop(observed.profile);
  const ofLoop = findStalls(observed, { ...options, blocked: true }).stalls.filter(
    ({ kind, stack }) => kind === "stack" && stack >= 0 && isOfLoop(stack),
  );
  const ofEventLoop = ofLoop.length > 0;
  const stalls = ofEventLoop ? ofLoop : findStalls(observed, { ...options, blocked: false }).stalls;
  const worst = stalls.reduce<(typeof stalls)[number] | undefined>(
    (most, each) => (each.blamedNanos > (most?.blamedNanos ?? 0) ? each : most),
    stalls[0],
  );
  const harms = ofEventLoop || (worst?.blamedNanos ?? 0) >= STALL_PROBLEM_NANOS;
  const level = harms ? "problem" : stalls.length > 0 ? "notice" : "fine";
  const count = stalls.length;
  return { kind: "stalls", level, count, leastNanos: STALL_NANOS, ofEventLoop, worst };
}

function loadInsight(observed: Selection): LoadInsight {
  const { samples } = observed.profile;
  const { wallNanos, cpuNanos } = observed.totals;
  let idle = 0;
  for (const run of observed.runs) if (isIdle(samples, run)) idle += samples.wallNanos[run]!;
  return {
    kind: "load",
    level: "fine",
    cores: cpuNanos / Math.max(recordedNanos(observed), 1),
    cpuKnown: cpuNanos > 0,
    idleShare: wallNanos > 0 ? idle / wallNanos : 0,
  };
}

/** Time of the recordings that is looked at: all of it, unless a filter of time chose a stretch. */
function recordedNanos(observed: Selection): number {
  const { recordings } = observed.recorded;
  const { startNanos: from, endNanos: to } = observed.steps.some(({ name }) => name === "time")
    ? selectedSpan(observed)
    : { startNanos: Number.NEGATIVE_INFINITY, endNanos: Number.POSITIVE_INFINITY };
  return recordings.reduce(
    (sum, { startNanos, endNanos }) =>
      sum + Math.max(0, Math.min(endNanos, to) - Math.max(startNanos, from)),
    0,
  );
}
