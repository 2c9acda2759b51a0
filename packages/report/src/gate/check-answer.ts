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
import { formatCounted, formatPercent } from "../text/format-number.ts";
import { visibleExcerpt } from "../text/visible-text.ts";
import { type JunitCase, junitXml } from "./junit.ts";

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
  /** The limit is within the error of what was found. */
  readonly close: boolean;
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
    close: false,
  };
  const checks = [...results.map(limitCheck), ...(leastQuality === "doubtful" ? [] : [quality])];
  const passed = checks.every((check) => check.passed);
  const failures = checks.filter((check) => !check.passed).length;
  const title = passed
    ? "All limits are kept"
    : `${failures} of ${checks.length} limits are not kept`;
  const close = checks.filter((check) => check.close).length;
  const lines =
    close === 0
      ? []
      : [
          `Close: for ${formatCounted(close, "limit")}, what was found is within its sampling error of the limit. Another ` +
            "recording of the same work may turn out otherwise: record for longer, or leave more room.",
        ];
  const table = tableOf(
    [
      { heading: "", align: "left" },
      { heading: "limit", align: "left" },
      { heading: "found", align: "left" },
    ],
    checks,
    (check) => [verdictOf(check), check.name, check.found],
  );
  const answer = frameAnswer(input, {
    question: "check",
    sections: [{ title, lines, table }],
    json: {
      passed,
      quality: verdict,
      limits: results.map(resultJson),
    },
  });
  return { ...answer, passed, junit: junitXml("pyspy-analyze check", checks.map(junitCase)) };
}

function verdictOf({ passed, close }: Check): string {
  return `${passed ? "ok" : "FAILED"}${close ? ", close" : ""}`;
}

function junitCase({ name, passed, found, close }: Check): JunitCase {
  return { name, passed, found: close ? `${found}: too close to the limit to call` : found };
}

function limitCheck(result: LimitResult): Check {
  const { limit, passed, measured, close } = result;
  const found = measured ? foundText(result) : "nothing to measure";
  return { name: limitName(limit), passed, found, close };
}

/** What was found in the unit of the limit, with its error where that is known, and in the other. */
function foundText({ limit, nanos, share, margin }: LimitResult): string {
  if (limit.kind === "gil-hold") return formatDuration(nanos);
  const known = Number.isFinite(margin);
  if (limit.bound.kind === "time") {
    const time = `${formatDuration(nanos)}${known ? ` ± ${formatDuration(margin)}` : ""}`;
    return `${time}, ${formatPercent(share, 1)}`;
  }
  const error = known ? ` ± ${formatPercent(margin, 1).replace(" %", "")}` : "";
  return `${formatPercent(share, 1).replace(" %", "")}${error} %, ${formatDuration(nanos)}`;
}

function limitName({ kind, bound, text }: Limit): string {
  if (kind === "self" || kind === "total") return visibleExcerpt(text, 200);
  const words = kind === "gil-wait" ? "wait for the GIL" : "longest hold of the GIL";
  return `${words}: at most ${boundText(bound)}`;
}

function boundText(bound: Bound): string {
  return bound.kind === "share" ? formatPercent(bound.share, 1) : formatDuration(bound.nanos);
}

function resultJson(result: LimitResult): Json {
  const { limit, passed, nanos, share, measured, margin, close } = result;
  const { kind, bound, text } = limit;
  return {
    kind,
    text,
    limit: bound.kind === "share" ? { share: bound.share } : { nanos: Math.round(bound.nanos) },
    passed,
    nanos: measured ? Math.round(nanos) : null,
    share: measured && kind !== "gil-hold" ? share : null,
    margin: measured && Number.isFinite(margin) ? margin : null,
    close,
  };
}
