// SPDX-License-Identifier: MIT

import {
  holdsGil,
  isIdle,
  type MomentOfThreads,
  type Profile,
  type ThreadMoment,
  threadsAt,
  waitsForGil,
} from "@pyspy/analyze";
import type { Answer } from "../document/answer.ts";
import { frameAnswer, type QuestionInput } from "../document/answer-frame.ts";
import { codeCells } from "../document/code-cells.ts";
import { type Section, textSection } from "../document/document.ts";
import { functionLabels, stackJson } from "../document/function-label.ts";
import type { Json } from "../document/json.ts";
import { threadJson, threadNames } from "../document/thread-names.ts";
import { formatDuration } from "../text/format-duration.ts";
import { formatOffset } from "../text/format-time.ts";

/**
 * The stacks of all threads at a moment, innermost first, as py-spy dumps them.
 *
 * @param atNanos from the profile's time zero.
 */
export function dumpAnswer(input: QuestionInput, atNanos: number): Answer {
  const { profile } = input.selection;
  const moment = threadsAt(input.selection, atNanos);
  return frameAnswer(input, {
    question: "dump",
    facts: [`At ${formatOffset(atNanos)} of the recording.`],
    sections: sections(profile, moment),
    json: {
      atNanos: Math.round(atNanos),
      threads: moment.threads.map((thread) => momentJson(profile, thread)),
    },
  });
}

function sections(profile: Profile, { threads }: MomentOfThreads): Section[] {
  if (threads.length === 0) return [textSection("Threads", "None are selected.")];
  const nameOf = threadNames(profile);
  const labels = functionLabels(profile);
  const cell = codeCells(labels);
  return threads.map((moment): Section => {
    const { tid } = profile.threads[moment.thread]!;
    const title = `Thread ${tid === 0n ? "?" : tid} (${stateWords(profile, moment)}): ${nameOf(moment.thread)}`;
    if (moment.run === undefined) return textSection(title);
    const lines: string[] = [];
    const { stacks, frames } = profile;
    for (let at = profile.samples.stack[moment.run]!; at >= 0; at = stacks.parent[at]!) {
      const frame = stacks.frame[at]!;
      const { name, place } = cell({
        ...labels[frames.function[frame]!]!,
        line: frames.line[frame]!,
      });
      lines.push(`${name} (${place})`);
    }
    return { title, lines: lines.length > 0 ? lines : ["no Python stack"] };
  });
}

/** "idle for 1.20 s so far", "active, holds the GIL". */
function stateWords({ samples }: Profile, { run, sinceNanos, untilNanos }: ThreadMoment): string {
  if (run === undefined) return "not seen at that moment";
  const words = [isIdle(samples, run) ? "idle" : "active"];
  if (holdsGil(samples, run)) words.push("holds the GIL");
  if (waitsForGil(samples, run)) words.push("waits for the GIL");
  words.push(`unchanged for ${formatDuration(sinceNanos + untilNanos)}`);
  return words.join(", ");
}

function momentJson(profile: Profile, { thread, run, sinceNanos, untilNanos }: ThreadMoment): Json {
  const who = threadJson(profile, thread);
  if (run === undefined) return { thread: who, seen: false };
  const { samples } = profile;
  return {
    thread: who,
    seen: true,
    idle: isIdle(samples, run),
    holdsGil: holdsGil(samples, run),
    waitsForGil: waitsForGil(samples, run),
    sinceNanos: Math.round(sinceNanos),
    untilNanos: Math.round(untilNanos),
    stack: stackJson(profile, samples.stack[run]!),
  };
}
