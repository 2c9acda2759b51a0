// SPDX-License-Identifier: MIT

import {
  assessQuality,
  type Bound,
  checkLimits,
  type Limit,
  type LimitOptions,
  type LimitResult,
} from "@pyspy/analyze";
import type { Answer } from "../document/answer.ts";
import { frameAnswer, type QuestionInput } from "../document/answer-frame.ts";
import { tableOf } from "../document/document.ts";
import type { Json } from "../document/json.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatPercent } from "../text/format-number.ts";
import { visibleExcerpt } from "../text/visible-text.ts";
import { junitXml } from "./junit.ts";

export interface CheckOptions {
  readonly limits: readonly Limit[];
  readonly unit: LimitOptions["unit"];
  /** Functions are measured in all that is selected; else without the threads that were idle. */
  readonly idleFunctions: boolean;
  /** The least verdict on the quality of the recording. */
  readonly leastQuality: "doubtful" | "usable" | "good";
}

/** What became of limits. */
export interface CheckAnswer extends Answer {
  readonly passed: boolean;
  /** The same as a JUnit report, which CI servers show. */
  readonly junit: string;
}

/** One line of the answer: something that was asked of the recording. */
interface Check {
  readonly name: string;
  readonly passed: boolean;
  readonly found: string;
}

const QUALITIES = ["doubtful", "usable", "good"] as const;

/** Measures a recording against limits. */
export function checkAnswer(input: QuestionInput, options: CheckOptions): CheckAnswer {
  const { limits, leastQuality } = options;
  const results = checkLimits(input.selection, limits, options);
  const { verdict } = assessQuality(input.selection.recorded);
  const quality: Check = {
    name: `quality: ${leastQuality} or better`,
    passed: QUALITIES.indexOf(verdict) >= QUALITIES.indexOf(leastQuality),
    found: verdict,
  };
  const checks = [...results.map(limitCheck), ...(leastQuality === "doubtful" ? [] : [quality])];
  const passed = checks.every((check) => check.passed);
  const failures = checks.filter((check) => !check.passed).length;
  const title = passed
    ? "All limits are kept"
    : `${failures} of ${checks.length} limits are not kept`;
  const table = tableOf(
    [
      { heading: "", align: "left" },
      { heading: "limit", align: "left" },
      { heading: "found", align: "left" },
    ],
    checks,
    (check) => [check.passed ? "ok" : "FAILED", check.name, check.found],
  );
  const answer = frameAnswer(input, {
    question: "check",
    sections: [{ title, lines: [], table }],
    json: {
      passed,
      quality: verdict,
      limits: results.map(resultJson),
    },
  });
  return { ...answer, passed, junit: junitXml("pyspy-analyze check", checks) };
}

function limitCheck({ limit, passed, nanos, share, measured }: LimitResult): Check {
  const found = !measured
    ? "nothing to measure"
    : limit.kind === "gil-hold"
      ? formatDuration(nanos)
      : `${formatPercent(share, 1)}, ${formatDuration(nanos)}`;
  return { name: limitName(limit), passed, found };
}

function limitName({ kind, bound, text }: Limit): string {
  if (kind === "self" || kind === "total") return visibleExcerpt(text, 200);
  const words = kind === "gil-wait" ? "wait for the GIL" : "longest hold of the GIL";
  return `${words}: at most ${boundText(bound)}`;
}

function boundText(bound: Bound): string {
  return bound.kind === "share" ? formatPercent(bound.share, 1) : formatDuration(bound.nanos);
}

function resultJson({ limit, passed, nanos, share, measured }: LimitResult): Json {
  const { kind, bound, text } = limit;
  return {
    kind,
    text,
    limit: bound.kind === "share" ? { share: bound.share } : { nanos: Math.round(bound.nanos) },
    passed,
    nanos: measured ? Math.round(nanos) : null,
    share: measured && kind !== "gil-hold" ? share : null,
  };
}
