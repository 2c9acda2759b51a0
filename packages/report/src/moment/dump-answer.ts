// SPDX-License-Identifier: MIT

import { threadsAt } from "@pyspy/analyze";
import type { Answer } from "../document/answer.ts";
import { frameAnswer, type QuestionInput } from "../document/answer-frame.ts";
import { formatOffset } from "../text/format-time.ts";
import { momentJson, momentSections } from "./moment-sections.ts";

/**
 * The stacks of all threads at a moment of a recording, innermost first, as py-spy dumps them.
 *
 * @param atNanos from the profile's time zero.
 */
export function dumpAnswer(input: QuestionInput, atNanos: number): Answer {
  const { profile } = input.selection;
  const moment = threadsAt(input.selection, atNanos);
  return frameAnswer(input, {
    question: "dump",
    facts: [`At ${formatOffset(atNanos)} of the recording.`],
    sections: momentSections(profile, moment, { durations: true }),
    json: momentJson(profile, moment),
  });
}
