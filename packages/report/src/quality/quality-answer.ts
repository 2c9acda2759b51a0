// SPDX-License-Identifier: MIT

import {
  assessQuality,
  type QualityAssessment,
  type QualitySummary,
  summarizeSelection,
} from "@pyspy/analyze";
import type { Answer } from "../document/answer.ts";
import { frameAnswer, type QuestionInput } from "../document/answer-frame.ts";
import { type Section, tableOf } from "../document/document.ts";
import { formatBytes } from "../text/format-bytes.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatCount, formatPercent } from "../text/format-number.ts";
import { visibleExcerpt } from "../text/visible-text.ts";
import { findingText } from "./finding-text.ts";

const MOST_DAMAGES = 20;

/** What the numbers of the capture are worth, and what recording them cost. */
export function qualityAnswer(input: QuestionInput): Answer {
  const summary = summarizeSelection(input.selection);
  const assessment = assessQuality(input.selection.recorded);
  const body = {
    question: "quality",
    sections: [
      verdictSection(assessment),
      countSection(summary.quality),
      costSection(summary.quality, assessment),
      ...damageSections(summary.quality),
    ],
    json: {
      verdict: assessment.verdict,
      findings: assessment.findings.map((finding) => ({
        ...finding,
        text: findingText(finding),
      })),
      shareMargin: assessment.shareMargin,
      pauseBuckets: assessment.pauseBuckets,
    },
  };
  return frameAnswer(input, body, summary);
}

const VERDICTS: Readonly<Record<QualityAssessment["verdict"], string>> = {
  good: "Good: nothing speaks against the numbers.",
  usable: "Usable: some things should be known.",
  doubtful: "Doubtful: results may be wrong by more than the noise of sampling.",
};

function verdictSection({ verdict, findings, shareMargin }: QualityAssessment): Section {
  const lines = [VERDICTS[verdict]];
  lines.push(...findings.map((finding) => `- ${findingText(finding)}`));
  if (shareMargin < 0.1) {
    const margin = formatPercent(shareMargin, 1);
    lines.push(
      `A share of 10 % is known to within ${margin} at best (95 % of the time, if ticks were independent of each other; work that comes in bursts makes it wider).`,
    );
  }
  return { title: "What the numbers are worth", lines };
}

function countSection(quality: QualitySummary): Section {
  const { ticksAsked, ticksTaken, samples, samplesFailed } = quality;
  const rows: [string, number, number][] = [
    ["ticks asked for", ticksAsked, 0],
    ["ticks taken", ticksTaken, ticksAsked],
    ["ticks late", quality.ticksLate, ticksTaken],
    ["ticks missed", quality.ticksMissed, ticksAsked],
    ["samples", samples, 0],
    ["samples unstable", quality.samplesUnstable, samples],
    ["samples truncated", quality.samplesTruncated, samples],
    ["samples without a stack", quality.samplesWithoutStack, samples],
    ["samples failed", samplesFailed, samples + samplesFailed],
    ["reads repeated", quality.retries, samples],
    ["threads stopped", quality.stops, samples],
    ["stops too late", quality.stopsTimedOut, quality.stops],
  ];
  const table = tableOf(
    [
      { heading: "", align: "left" },
      { heading: "count", align: "right" },
      { heading: "share", align: "right" },
    ],
    rows,
    ([name, count, whole]) => [
      name,
      formatCount(count),
      whole > 0 ? formatPercent(count, whole) : "",
    ],
  );
  return { title: "Counted", lines: [], table };
}

function costSection(quality: QualitySummary, { pauseBuckets }: QualityAssessment): Section {
  const { agentCpuNanos, agentRssBytes, stops, pauseNanos, longestPauseNanos } = quality;
  const lines = [
    `The agent used ${formatDuration(agentCpuNanos)} of CPU and ${formatBytes(agentRssBytes)} of memory.`,
    stops === 0
      ? "No thread was stopped."
      : `Threads were stopped for ${formatDuration(pauseNanos)} in all, ${formatDuration(longestPauseNanos)} at most.`,
  ];
  const buckets = pauseBuckets.flatMap((count, i) => (count > 0 ? [{ count, below: 2 ** i }] : []));
  if (buckets.length === 0) return { title: "What recording cost", lines };
  const all = buckets.reduce((sum, { count }) => sum + count, 0);
  const table = tableOf(
    [
      { heading: "stopped for less than", align: "right" },
      { heading: "times", align: "right" },
      { heading: "share", align: "right" },
    ],
    buckets,
    ({ below, count }) => [formatDuration(below), formatCount(count), formatPercent(count, all)],
  );
  return { title: "What recording cost", lines, table };
}

function damageSections({ damage }: QualitySummary): Section[] {
  if (damage.length === 0) return [];
  const table = tableOf(
    [
      { heading: "at byte", align: "right" },
      { heading: "length", align: "right" },
      { heading: "what", align: "left" },
    ],
    damage,
    ({ offset, length, message }) => [
      formatCount(offset),
      formatCount(length),
      visibleExcerpt(message, 200),
    ],
    MOST_DAMAGES,
  );
  return [{ title: "Damage of the file", lines: [], table }];
}
