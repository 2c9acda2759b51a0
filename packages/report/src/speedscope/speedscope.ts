// SPDX-License-Identifier: MIT

import type { Profile } from "@pyspy/analyze";
import { reportHeading } from "../heading/report-heading.ts";
import type { ReportFormat, ReportInput } from "../report-format.ts";
import { jsonElements, jsonNumbers } from "../text/json-pieces.ts";
import { visibleText } from "../text/visible-text.ts";
import { recordedClock } from "../timeline/recorded-clock.ts";
import { recordedSpan } from "../timeline/recorded-span.ts";
import { type ThreadRuns, threadsInOrder } from "../timeline/threads-in-order.ts";
import { mergedStacks } from "./merged-stacks.ts";
import { SharedFrames } from "./shared-frames.ts";
import { threadTimeline } from "./thread-timeline.ts";

const SCHEMA = "https://www.speedscope.app/file-format-schema.json";
const MERGED = "All threads, merged";

/**
 * The file format of speedscope (file-format-spec.ts of version 1.25): one `sampled` profile a
 * thread, in real time, the main thread first; after them, where there are several, one of all
 * threads together, which has no order in time.
 */
export const speedscope: ReportFormat = {
  name: "speedscope",
  description: "for https://www.speedscope.app: a profile per thread, and a merged one",
  extensions: [".speedscope.json"],
  content: "text",
  render: renderSpeedscope,
};

function* renderSpeedscope(input: ReportInput): Generator<string> {
  const { selection, options } = input;
  const { profile } = selection;
  const clock = recordedClock(profile.recordings);
  const frames = new SharedFrames(profile, options.lines);
  const stackJson = (stack: number): string => frames.stackJson(stack);
  const threads = threadsInOrder(selection);
  const heading = reportHeading(input);

  yield `{"$schema":${JSON.stringify(SCHEMA)},\n"name":${JSON.stringify(heading.title)},\n`;
  yield `"exporter":${JSON.stringify(`pyspy-analyze@${input.provenance.version}`)},\n`;
  // Not part of the format, which allows it: where the file comes from, and when its
  // time zero was.
  const startRealtimeNanos = `${recordedSpan(profile).startRealtimeNanos}`;
  const origin = { ...input.provenance, startRealtimeNanos, ...heading };
  yield `"pyspy":${JSON.stringify(origin)},\n`;
  yield `"profiles":[`;
  let active = 0;
  let activeNanos = -1;
  for (const [index, each] of threads.entries()) {
    const timeline = threadTimeline(selection, each.runs, clock, stackJson);
    if (profile.threads[each.thread]!.main && timeline.busyNanos > activeNanos) {
      active = index;
      activeNanos = timeline.busyNanos;
    }
    yield index === 0 ? "\n" : ",\n";
    yield* profileJson(profileName(profile, each), timeline, clock.length);
  }
  if (threads.length > 1) {
    const merged = mergedStacks(selection, stackJson);
    const length = merged.weights.reduce((sum, weight) => sum + weight, 0);
    yield ",\n";
    yield* profileJson(MERGED, merged, length);
  }
  yield `],\n"activeProfileIndex":${active},\n"shared":{"frames":[`;
  yield* frames.json();
  yield "]}}\n";
}

interface WeightedStacks {
  /** As JSON. */
  readonly stacks: readonly string[];
  /** Nanoseconds. */
  readonly weights: readonly number[];
}

function* profileJson(
  name: string,
  { stacks, weights }: WeightedStacks,
  length: number,
): Generator<string> {
  yield `{"type":"sampled","name":${JSON.stringify(name)},"unit":"nanoseconds",`;
  yield `"startValue":0,"endValue":${Math.round(length)},\n"samples":[`;
  yield* jsonElements(stacks, (stack) => stack);
  yield `],\n"weights":`;
  yield* jsonNumbers(weights);
  yield "}";
}

/** As py-spy names them; the process only where there are several. */
function profileName(profile: Profile, { thread }: ThreadRuns): string {
  const { process, tid, pythonThreadId, name } = profile.threads[thread]!;
  const id = tid !== 0n ? `${tid}` : `0x${pythonThreadId.toString(16).toUpperCase()}`;
  const text = name === "" ? `Thread ${id}` : `Thread ${id} "${visibleText(name)}"`;
  return profile.processes.length > 1 ? `Process ${profile.processes[process]!.pid} ${text}` : text;
}
