// SPDX-License-Identifier: MIT

import type { Profile } from "@pyspy/analyze";
import { reportHeading } from "../heading/report-heading.ts";
import type { ReportFormat, ReportInput } from "../report-format.ts";
import { type RecordedClock, recordedClock } from "../timeline/recorded-clock.ts";
import { type ThreadRuns, threadsInOrder } from "../timeline/threads-in-order.ts";
import { SharedFrames } from "./shared-frames.ts";
import { type Timeline, threadTimeline } from "./thread-timeline.ts";

const SCHEMA = "https://www.speedscope.app/file-format-schema.json";
/** Elements of a JSON array that are put in one piece. */
const PIECE_ELEMENTS = 4096;

/**
 * The file format of speedscope (file-format-spec.ts of version 1.25): one `sampled` profile a
 * thread, in real time. Text goes out unchanged, JSON can hold any.
 */
export const speedscope: ReportFormat = {
  name: "speedscope",
  description: "for https://www.speedscope.app: a profile per thread, on one time axis",
  extensions: [".speedscope.json", ".json"],
  content: "text",
  render: renderSpeedscope,
};

function* renderSpeedscope(input: ReportInput): Generator<string> {
  const { selection, options } = input;
  const { profile } = selection;
  const clock = recordedClock(profile.recordings);
  const frames = new SharedFrames(profile, options.lines);
  const threads = threadsInOrder(selection);
  const heading = reportHeading(input);

  yield `{"$schema":${JSON.stringify(SCHEMA)},\n"name":${JSON.stringify(heading.title)},\n`;
  yield `"exporter":${JSON.stringify(`pyspy-analyze@${input.provenance.version}`)},\n`;
  // Not part of the format, which allows it: where the file comes from, and when its
  // time zero was.
  const startRealtimeNanos = `${profile.originRealtimeNanos}`;
  const origin = { ...input.provenance, startRealtimeNanos, ...heading };
  yield `"pyspy":${JSON.stringify(origin)},\n`;
  yield `"profiles":[`;
  let active = 0;
  let activeNanos = -1;
  for (const [index, each] of threads.entries()) {
    const timeline = threadTimeline(selection, each.runs, clock, (stack) =>
      frames.stackJson(stack),
    );
    if (profile.threads[each.thread]!.main && timeline.busyNanos > activeNanos) {
      active = index;
      activeNanos = timeline.busyNanos;
    }
    yield index === 0 ? "\n" : ",\n";
    yield* profileJson(profileName(profile, each), timeline, clock);
  }
  yield `],\n"activeProfileIndex":${active},\n"shared":{"frames":[`;
  yield* elements(frames.list, (frame) => JSON.stringify(frame));
  yield "]}}\n";
}

function* profileJson(name: string, timeline: Timeline, clock: RecordedClock): Generator<string> {
  yield `{"type":"sampled","name":${JSON.stringify(name)},"unit":"nanoseconds",`;
  yield `"startValue":0,"endValue":${Math.round(clock.length)},\n"samples":[`;
  yield* elements(timeline.stacks, (stack) => stack);
  yield `],\n"weights":[`;
  yield* elements(timeline.weights, String);
  yield "]}";
}

/** As py-spy names them; the process only where there are several. */
function profileName(profile: Profile, { thread }: ThreadRuns): string {
  const { process, tid, pythonThreadId, name } = profile.threads[thread]!;
  const id = tid !== 0n ? `${tid}` : `0x${pythonThreadId.toString(16).toUpperCase()}`;
  const text = name === "" ? `Thread ${id}` : `Thread ${id} "${name}"`;
  return profile.processes.length > 1 ? `Process ${profile.processes[process]!.pid} ${text}` : text;
}

function* elements<T>(list: readonly T[], write: (element: T) => string): Generator<string> {
  for (let start = 0; start < list.length; start += PIECE_ELEMENTS) {
    const piece = list
      .slice(start, start + PIECE_ELEMENTS)
      .map(write)
      .join(",");
    yield start === 0 ? piece : `,${piece}`;
  }
}
