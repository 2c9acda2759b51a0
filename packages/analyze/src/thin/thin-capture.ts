// SPDX-License-Identifier: MIT
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type Counters,
  CountersSchema,
  type Event,
  EventSchema,
  type Header,
  HeaderSchema,
  NoteKind,
} from "@pyspy/schemas";
import type { Profile } from "../model/profile.ts";
import { RecordWriter } from "../write/record-writer.ts";
import { keepRuns } from "./kept-runs.ts";
import { RecordingTables } from "./recording-tables.ts";
import { sampleBlocks } from "./sample-blocks.ts";

const MARKER = 0x4b4e484359505350n;
const TICK_UNIT_NANOS = 1000;

/**
 * A capture with what was seen at every n-th tick of another: shares are right but for the noise of fewer ticks. It
 * has the same recordings, processes and threads, and a note in each that says what it is. Local variables are
 * left out.
 *
 * @param every 1: all ticks, packed anew.
 */
export function thinCapture(profile: Profile, every: number): Uint8Array {
  const writer = new RecordWriter();
  profile.recordings.forEach((_, index) => {
    writeRecording(writer, profile, index, every);
  });
  return writer.bytes();
}

function writeRecording(
  writer: RecordWriter,
  profile: Profile,
  index: number,
  every: number,
): void {
  const recording = profile.recordings[index]!;
  const { ticks, header, startNanos, endNanos, rateHertz } = recording;
  // Times of a profile are on one axis, those of a capture on the recording's own clock.
  const started = header.clock?.realtimeNanos ?? profile.originRealtimeNanos;
  const offset = Number(started - profile.originRealtimeNanos);
  const own = (nanos: number): number => Math.max(0, Math.round(nanos - offset));
  const kept = Float64Array.from(
    { length: Math.ceil(ticks.length / every) },
    (_, tick) => ticks.nanos[tick * every]! - offset,
  );
  const tables = new RecordingTables(profile);
  const runs = keepRuns(profile, index, every);
  const { samples } = profile;
  const blocks = [
    ...sampleBlocks(
      runs,
      kept,
      {
        owner: (run) => tables.thread(samples.thread[run]!),
        pythonStack: (run) => tables.pythonStack(samples.stack[run]!),
        nativeStack: (run) => tables.nativeStack(samples.nativeStack[run]!),
        state: (run) => tables.state(run),
      },
      TICK_UNIT_NANOS,
    ),
  ];
  const events = eventsOf(profile, index, tables, own);
  const text = thinnedText(every, kept.length);
  events.unshift(
    eventAt(own(startNanos), {
      case: "note",
      value: { kind: NoteKind.NOTE_LIMIT_REACHED, text },
    }),
  );
  const counters = recording.counters && thinnedCounters(recording.counters, every, kept.length);
  writer.add({ case: "header", value: thinnedHeader(header, every) });
  writer.add({
    case: "chunkStart",
    value: {
      marker: MARKER,
      timeNanos: BigInt(own(startNanos)),
      tickUnitNanos: TICK_UNIT_NANOS,
      rateHertz: rateHertz / every,
    },
  });
  for (const value of tables.records()) writer.add({ case: "tables", value });
  writer.add({ case: "events", value: { event: events } });
  for (const value of blocks) writer.add({ case: "samples", value });
  const timeNanos = BigInt(own(endNanos));
  writer.endChunk({ timeNanos, ...(counters === undefined ? {} : { counters }) });
  if (recording.endReason === undefined) return;
  writer.add({
    case: "footer",
    value: {
      reason: recording.endReason,
      message: recording.endMessage,
      timeNanos,
      ...(counters === undefined ? {} : { counters }),
    },
  });
}

function thinnedText(every: number, ticks: number): string {
  return every === 1
    ? "Packed anew, with all ticks of the recording, to fit into a page."
    : `Thinned to fit into a page: one tick in ${every} of the recording is here, ${ticks} in all, and counts for ${every}.`;
}

function eventsOf(
  profile: Profile,
  index: number,
  tables: RecordingTables,
  own: (nanos: number) => number,
): Event[] {
  const events: Event[] = [];
  const add = (nanos: number, kind: NonNullable<Parameters<typeof eventAt>[1]>): void => {
    events.push(eventAt(own(nanos), kind));
  };
  profile.processes.forEach(({ recording, start, exit }, at) => {
    if (recording === index) tables.process(at);
    if (start?.recording === index) {
      add(start.timeNanos, { case: "processStarted", value: { process: tables.process(at) } });
    }
    if (exit?.recording !== index) return;
    const { status, signal } = exit;
    const known = status !== undefined || signal !== undefined;
    const value = {
      process: tables.process(at),
      statusKnown: known,
      exitStatus: status ?? 0,
      signal: signal ?? 0,
    };
    add(exit.timeNanos, { case: "processExited", value });
  });
  for (const { timeNanos, kind, process, text } of profile.recordings[index]!.notes) {
    const of = process === undefined ? 0 : tables.process(process);
    add(timeNanos, { case: "note", value: { kind, process: of, text } });
  }
  return events;
}

function eventAt(nanos: number, kind: MessageInitShape<typeof EventSchema>["kind"]): Event {
  return create(EventSchema, { timeNanos: BigInt(nanos), ...(kind === undefined ? {} : { kind }) });
}

/** The rate at which the kept ticks follow each other: what one of them may stand for follows from it. */
function thinnedHeader(header: Header, every: number): Header {
  const { options } = header;
  if (options === undefined) return header;
  return create(HeaderSchema, {
    ...header,
    options: { ...options, rateHertz: options.rateHertz / every },
  });
}

/** What is counted by tick or by sample as in the part that is kept; what recording cost, as it was. */
function thinnedCounters(counters: Counters, every: number, ticks: number): Counters {
  const part = (count: bigint): bigint => BigInt(Math.round(Number(count) / every));
  return create(CountersSchema, {
    ...counters,
    ticksTaken: BigInt(ticks),
    ticksAsked: part(counters.ticksAsked),
    ticksLate: part(counters.ticksLate),
    ticksMissed: part(counters.ticksMissed),
    samples: part(counters.samples),
    samplesFailed: part(counters.samplesFailed),
    samplesUnstable: part(counters.samplesUnstable),
    samplesTruncated: part(counters.samplesTruncated),
    retries: part(counters.retries),
    reads: part(counters.reads),
    bytesRead: part(counters.bytesRead),
  });
}
