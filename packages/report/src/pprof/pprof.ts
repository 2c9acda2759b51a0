// SPDX-License-Identifier: MIT

import type { Profile } from "@pyspy/analyze";
import { pprof as schema } from "@pyspy/schemas";
import { type CodeTable, codeTable, stackLocations } from "../code/code-table.ts";
import { reportHeading } from "../heading/report-heading.ts";
import { addObservations, MEASURES } from "../observations/observations.ts";
import { ACTIVITIES } from "../observations/thread-activity.ts";
import { fieldNumbers } from "../protobuf/field-numbers.ts";
import { ProtoWriter } from "../protobuf/proto-writer.ts";
import { StringTable } from "../protobuf/string-table.ts";
import type { ReportFormat, ReportInput } from "../report-format.ts";
import { threadName } from "../text/thread-name.ts";
import { shownSpan } from "../timeline/recorded-span.ts";
import { writeMappings } from "./pprof-mappings.ts";

const PROFILE = fieldNumbers(schema.ProfileSchema);
const VALUE_TYPE = fieldNumbers(schema.ValueTypeSchema);
const SAMPLE = fieldNumbers(schema.SampleSchema);
const LABEL = fieldNumbers(schema.LabelSchema);
const LOCATION = fieldNumbers(schema.LocationSchema);
const LINE = fieldNumbers(schema.LineSchema);
const FUNCTION = fieldNumbers(schema.FunctionSchema);

/** Bytes that are handed out at once. */
const PIECE_BYTES = 1 << 16;
const DEFAULT_MEASURE = "wall";

/**
 * pprof's profile.proto: all measures in one file (`-sample_index=cpu`), and labels to filter by
 * (`-tagfocus=thread=worker`, `-tagroot=thread`). Samples with equal stack, thread and activity
 * are one.
 */
export const pprof: ReportFormat = {
  name: "pprof",
  description: "for go tool pprof: wall, CPU and GIL time, samples, with labels",
  extensions: [".pb.gz", ".pprof", ".pb"],
  content: "gzip",
  render: renderPprof,
};

function* renderPprof(input: ReportInput): Generator<Uint8Array> {
  const { selection, options } = input;
  const { profile } = selection;
  const writer = new ProtoWriter();
  const strings = new StringTable();
  const code = codeTable(profile, { lines: options.lines, addresses: true });

  writeFacts(writer, strings, input);
  const idOfMapping = writeMappings(writer, strings, profile, code);
  const observed = addObservations(selection);
  const idOfPlace = usedPlaces(profile, code, observed.stack);
  const labels = labelWriter(writer, strings, input);
  for (let i = 0; i < observed.length; i++) {
    writer.message(PROFILE.sample, () => {
      const places = stackLocations(profile, code, observed.stack[i]!);
      writer.packed(
        SAMPLE.locationId,
        places.map((place) => idOfPlace.get(place)!),
      );
      writer.packed(
        SAMPLE.value,
        observed.values.map((column) => column[i]!),
      );
      labels(observed.thread[i]!, observed.activity[i]!);
    });
    if (writer.length >= PIECE_BYTES) yield writer.take();
  }
  const { locations, functions } = code;
  const idOfFunction = idsOf([...idOfPlace.keys()].map((place) => locations.function[place]!));
  for (const [place, id] of idOfPlace) {
    writer.message(PROFILE.location, () => {
      writer.uint(LOCATION.id, id);
      const mapping = locations.mapping[place]!;
      if (mapping >= 0) {
        writer.uint(LOCATION.mappingId, idOfMapping[mapping]!);
        writer.bigUint(LOCATION.address, locations.address[place]!);
      }
      writer.message(LOCATION.line, () => {
        writer.uint(LINE.functionId, idOfFunction.get(locations.function[place]!)!);
        writer.uint(LINE.line, locations.line[place]!);
      });
    });
    if (writer.length >= PIECE_BYTES) yield writer.take();
  }
  for (const [index, id] of idOfFunction) {
    const { name, file, firstLine } = functions[index]!;
    writer.message(PROFILE.function, () => {
      writer.uint(FUNCTION.id, id);
      writer.uint(FUNCTION.name, strings.index(name));
      // system_name stays empty: where it equals the name, pprof takes it for a C++ symbol and
      // cuts what looks like parameters.
      writer.uint(FUNCTION.filename, strings.index(file));
      writer.uint(FUNCTION.startLine, firstLine);
    });
    if (writer.length >= PIECE_BYTES) yield writer.take();
  }
  for (const text of strings.list) {
    writer.string(PROFILE.stringTable, text);
    if (writer.length >= PIECE_BYTES) yield writer.take();
  }
  yield writer.take();
}

/** Places of some stacks, with their ids: a file of a part of a recording has only the code that is in it. */
function usedPlaces(profile: Profile, code: CodeTable, stacks: Int32Array): Map<number, number> {
  const places = new Set<number>();
  for (const stack of new Set(stacks)) {
    for (const place of stackLocations(profile, code, stack)) places.add(place);
  }
  return idsOf([...places]);
}

/** Ids from 1 on without a gap, as Parca wants them, by index. */
function idsOf(indexes: readonly number[]): Map<number, number> {
  const ascending = [...new Set(indexes)].sort((a, b) => a - b);
  return new Map(ascending.map((index, at) => [index, at + 1]));
}

function writeFacts(writer: ProtoWriter, strings: StringTable, input: ReportInput): void {
  const valueType = (field: number, name: string, unit: string): void =>
    writer.message(field, () => {
      writer.uint(VALUE_TYPE.type, strings.index(name));
      writer.uint(VALUE_TYPE.unit, strings.index(unit));
    });
  for (const { name, unit } of MEASURES) valueType(PROFILE.sampleType, name, unit);
  writer.uint(PROFILE.defaultSampleType, strings.index(DEFAULT_MEASURE));

  const span = shownSpan(input.selection);
  writer.bigUint(PROFILE.timeNanos, span.startRealtimeNanos);
  writer.uint(PROFILE.durationNanos, span.recordedNanos);
  valueType(PROFILE.periodType, DEFAULT_MEASURE, "nanoseconds");
  writer.uint(PROFILE.period, span.periodNanos);
  const { title, quality, notes } = reportHeading(input);
  const comments = [title, quality.join(", "), ...notes];
  writer.packed(
    PROFILE.comment,
    comments.map((text) => strings.index(text)),
  );
}

function labelWriter(
  writer: ProtoWriter,
  strings: StringTable,
  { selection: { profile } }: ReportInput,
): (thread: number, activity: number) => void {
  const text = (key: string, value: string): void =>
    writer.message(SAMPLE.label, () => {
      writer.uint(LABEL.key, strings.index(key));
      writer.uint(LABEL.str, strings.index(value));
    });
  const number = (key: string, value: bigint): void =>
    writer.message(SAMPLE.label, () => {
      writer.uint(LABEL.key, strings.index(key));
      writer.bigUint(LABEL.num, value);
    });
  const names = profile.threads.map(threadName);
  return (index, activity) => {
    const thread = profile.threads[index]!;
    const { state, gil } = ACTIVITIES[activity]!;
    text("thread", names[index]!);
    if (thread.tid !== 0n) number("thread_id", thread.tid);
    number("pid", BigInt(profile.processes[thread.process]!.pid));
    text("state", state);
    if (gil !== undefined) text("gil", gil);
  };
}
