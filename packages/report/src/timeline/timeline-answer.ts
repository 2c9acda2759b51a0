// SPDX-License-Identifier: MIT

import { buildTimeline, type Profile, selectedSpan, type TimelinePart } from "@pyspy/analyze";
import type { Answer } from "../document/answer.ts";
import { frameAnswer, type QuestionInput } from "../document/answer-frame.ts";
import { codeCells } from "../document/code-cells.ts";
import { type Section, tableOf, textSection } from "../document/document.ts";
import { functionJson, functionLabels } from "../document/function-label.ts";
import type { Json } from "../document/json.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatOffset } from "../text/format-time.ts";
import { roundStep } from "./round-step.ts";

const BAR_CELLS = 12;

export interface TimelineAnswerOptions {
  /** Length of a part; `undefined`: a round one that gives at most `parts`. */
  readonly stepNanos: number | undefined;
  readonly parts: number;
  /** See `TimelineOptions` of analyze. */
  readonly idleFunctions: boolean;
}

/** What threads did over time. */
export function timelineAnswer(
  input: QuestionInput,
  { stepNanos, parts, idleFunctions }: TimelineAnswerOptions,
): Answer {
  const { profile } = input.selection;
  const { startNanos, endNanos } = selectedSpan(input.selection);
  const step = stepNanos ?? roundStep((endNanos - startNanos) / parts);
  const timeline = buildTimeline(input.selection, { stepNanos: step, idleFunctions });
  return frameAnswer(input, {
    question: "timeline",
    sections: [section(profile, step, timeline.parts)],
    json: {
      stepNanos: step,
      parts: timeline.parts.map((part) => partJson(profile, part)),
    },
  });
}

function section(profile: Profile, step: number, parts: readonly TimelinePart[]): Section {
  const title = `Timeline in steps of ${formatDuration(step)}`;
  if (parts.length === 0) return textSection(title, "No samples are left to show.");
  const labels = functionLabels(profile);
  const cell = codeCells(labels);
  const most = parts.reduce((sum, part) => Math.max(sum, part.activeNanos / part.durationNanos), 1);
  const lines = ["Threads at a time: active, on a CPU, with the GIL, waiting for the GIL."];
  const table = tableOf(
    [
      { heading: "from", align: "right" },
      { heading: "active", align: "right" },
      { heading: "", align: "left" },
      { heading: "CPU", align: "right" },
      { heading: "GIL", align: "right" },
      { heading: "wait", align: "right" },
      { heading: "most in", align: "left" },
    ],
    parts,
    (part) => {
      const threads = (nanos: number): string => (nanos / part.durationNanos).toFixed(2);
      return [
        formatOffset(part.startNanos),
        threads(part.activeNanos),
        bar(part.activeNanos / part.durationNanos / most),
        threads(part.cpuNanos),
        threads(part.gilNanos),
        threads(part.gilWaitNanos),
        part.hottest < 0 ? "-" : cell(labels[part.hottest]!),
      ];
    },
  );
  return { title, lines, table };
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

function bar(share: number): string {
  const eighths = Math.round(share * BAR_CELLS * 8);
  return "█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!;
}

function partJson(profile: Profile, part: TimelinePart): Json {
  const nanos = Math.round;
  return {
    startNanos: nanos(part.startNanos),
    durationNanos: nanos(part.durationNanos),
    wallNanos: nanos(part.wallNanos),
    activeNanos: nanos(part.activeNanos),
    cpuNanos: nanos(part.cpuNanos),
    gilNanos: nanos(part.gilNanos),
    gilWaitNanos: nanos(part.gilWaitNanos),
    hottest: functionJson(profile, part.hottest),
    hottestNanos: nanos(part.hottestNanos),
  };
}
