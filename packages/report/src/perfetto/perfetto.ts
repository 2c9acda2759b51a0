// SPDX-License-Identifier: MIT

import { perfetto as schema } from "@pyspy/schemas";
import { codeTable } from "../code/code-table.ts";
import { fieldNumbers } from "../protobuf/field-numbers.ts";
import type { ReportFormat, ReportInput } from "../report-format.ts";
import { stackSlices } from "../timeline/stack-slices.ts";
import { type ThreadRuns, threadsInOrder } from "../timeline/threads-in-order.ts";
import { uniqueIds } from "../timeline/unique-ids.ts";
import { writeAttributes, writeClocks } from "./facts.ts";
import { gilTracks } from "./gil-tracks.ts";
import { perfSamples, writePerfSampleDefaults } from "./perf-samples.ts";
import { stackSamples, writeStackSampleDefaults } from "./stack-samples.ts";
import { threadStates } from "./thread-states.ts";
import { TraceWriter } from "./trace-writer.ts";
import { TrackEvents } from "./track-events.ts";
import { trackUuid, writeProcessTracks, writeThreadTracks } from "./tracks.ts";

const PACKET = fieldNumbers(schema.TracePacketSchema);
const DEFAULTS = fieldNumbers(schema.TracePacketDefaultsSchema);

/**
 * Perfetto's own format, protobuf: stacks with wall, CPU and GIL time, thread states, the GIL. Times
 * are those of the wall clock.
 */
export const perfetto: ReportFormat = {
  name: "perfetto",
  description: "for https://ui.perfetto.dev: stacks in time, thread states, the GIL",
  extensions: [".pftrace", ".perfetto-trace"],
  content: "binary",
  needsTimes: true,
  render: renderPerfetto,
};

function* renderPerfetto(input: ReportInput): Generator<Uint8Array> {
  const { selection, options } = input;
  const { profile } = selection;
  const ids = uniqueIds(profile);
  const threads = threadsInOrder(selection);
  const indexes = threads.map(({ thread }) => thread);
  const writer = new TraceWriter(profile.originRealtimeNanos);
  const events = new TrackEvents(writer);
  const samples = options.perfettoSamples ?? "stack";

  writer.packet(undefined, () => {
    writer.message(PACKET.tracePacketDefaults, () => {
      writer.uint(DEFAULTS.timestampClockId, schema.BuiltinClock.REALTIME);
      if (samples === "stack") writeStackSampleDefaults(writer);
      if (samples === "perf") writePerfSampleDefaults(writer);
    });
  });
  writeClocks(writer, input);
  writeAttributes(writer, input);
  for (const process of new Set(indexes.map((thread) => profile.threads[thread]!.process))) {
    writeProcessTracks(writer, profile, ids, process);
  }
  for (const thread of indexes) writeThreadTracks(writer, profile, ids, thread);

  const code = codeTable(profile, { lines: options.lines, addresses: true });
  if (samples === "stack") yield* stackSamples(writer, profile, code, ids, threads);
  else if (samples === "perf") yield* perfSamples(writer, profile, code, ids, threads);
  else yield* slices(writer, events, input, threads);
  yield* gilTracks(writer, events, selection, indexes);
  yield* threadStates(writer, selection, ids, indexes);
  yield writer.take();
}

function* slices(
  writer: TraceWriter,
  events: TrackEvents,
  { selection: { profile } }: ReportInput,
  threads: readonly ThreadRuns[],
): Generator<Uint8Array> {
  const code = codeTable(profile, { lines: false });
  for (const { thread, runs } of threads) {
    const track = trackUuid("thread", thread);
    for (const { kind, nanos, function: index } of stackSlices(profile, code, runs)) {
      if (kind === "begin") events.begin(nanos, track, code.functions[index]!.name);
      else events.end(nanos, track);
      yield* writer.pieces();
    }
  }
}
