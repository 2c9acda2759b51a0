// SPDX-License-Identifier: MIT

import type { Profile } from "@pyspy/analyze";
import { perfetto as schema } from "@pyspy/schemas";
import { processTitle } from "../heading/recorded-title.ts";
import { fieldNumbers } from "../protobuf/field-numbers.ts";
import { threadName } from "../text/thread-name.ts";
import { visibleText } from "../text/visible-text.ts";
import type { UniqueIds } from "../timeline/unique-ids.ts";
import type { TraceWriter } from "./trace-writer.ts";

const PACKET = fieldNumbers(schema.TracePacketSchema);
const TRACK = fieldNumbers(schema.TrackDescriptorSchema);
const PROCESS = fieldNumbers(schema.ProcessDescriptorSchema);
const THREAD = fieldNumbers(schema.ThreadDescriptorSchema);
const COUNTER = fieldNumbers(schema.CounterDescriptorSchema);

/** Kinds of tracks; `gil` and what comes after it lies below a thread or a process. */
const TRACK_KINDS = { process: 1, thread: 2, gil: 3, gilWaiters: 4 } as const;

/** Number of a track in the file: of the process or thread with this index. */
export function trackUuid(kind: keyof typeof TRACK_KINDS, index: number): number {
  return TRACK_KINDS[kind] * 2 ** 32 + index;
}

/** Describes the tracks of a process. */
export function writeProcessTracks(
  writer: TraceWriter,
  profile: Profile,
  ids: UniqueIds,
  index: number,
): void {
  const process = profile.processes[index]!;
  track(writer, () => {
    writer.uint(TRACK.uuid, trackUuid("process", index));
    writer.message(TRACK.process, () => {
      writer.uint(PROCESS.pid, ids.pid[index]!);
      for (const word of process.command) writer.string(PROCESS.cmdline, visibleText(word));
      writer.string(PROCESS.processName, visibleText(processTitle(process)));
    });
  });
  track(writer, () => {
    writer.uint(TRACK.uuid, trackUuid("gilWaiters", index));
    writer.uint(TRACK.parentUuid, trackUuid("process", index));
    writer.string(TRACK.name, "threads waiting for the GIL");
    writer.message(TRACK.counter, () => {
      writer.uint(COUNTER.unit, schema.CounterDescriptor_Unit.COUNT);
    });
  });
}

/** Describes the tracks of a thread. */
export function writeThreadTracks(
  writer: TraceWriter,
  profile: Profile,
  ids: UniqueIds,
  index: number,
): void {
  const thread = profile.threads[index]!;
  track(writer, () => {
    writer.uint(TRACK.uuid, trackUuid("thread", index));
    writer.uint(TRACK.parentUuid, trackUuid("process", thread.process));
    writer.message(TRACK.thread, () => {
      writer.uint(THREAD.pid, ids.pid[thread.process]!);
      writer.uint(THREAD.tid, ids.tid[index]!);
      writer.string(THREAD.threadName, threadName(thread));
    });
  });
  track(writer, () => {
    writer.uint(TRACK.uuid, trackUuid("gil", index));
    writer.uint(TRACK.parentUuid, trackUuid("thread", index));
    writer.string(TRACK.name, "GIL");
  });
}

function track(writer: TraceWriter, write: () => void): void {
  writer.packet(undefined, () => writer.message(PACKET.trackDescriptor, write));
}
