// SPDX-License-Identifier: MIT

import { otlp as schema } from "@pyspy/schemas";
import { codeTable } from "../code/code-table.ts";
import { addObservations, MEASURES } from "../observations/observations.ts";
import { fieldNumbers } from "../protobuf/field-numbers.ts";
import { ProtoWriter } from "../protobuf/proto-writer.ts";
import type { ReportFormat, ReportInput } from "../report-format.ts";
import { shownSpan } from "../timeline/recorded-span.ts";
import { OtlpDictionary } from "./otlp-dictionary.ts";
import { writeResource } from "./otlp-resource.ts";

const DATA = fieldNumbers(schema.ProfilesDataSchema);
const RESOURCE_PROFILES = fieldNumbers(schema.ResourceProfilesSchema);
const SCOPE_PROFILES = fieldNumbers(schema.ScopeProfilesSchema);
const SCOPE = fieldNumbers(schema.InstrumentationScopeSchema);
const PROFILE = fieldNumbers(schema.ProfileSchema);
const VALUE_TYPE = fieldNumbers(schema.ValueTypeSchema);
const SAMPLE = fieldNumbers(schema.SampleSchema);

/**
 * OpenTelemetry's profiles (v1development, as of opentelemetry-proto 1.11): the file is one
 * `ProfilesData`, which collectors take as it is. A resource is a process; a profile has one kind
 * of value, so each process has one for every measure, wall time first.
 */
export const otlp: ReportFormat = {
  name: "otlp",
  description: "OpenTelemetry profiles (v1development), protobuf",
  extensions: [".otlp", ".otlp.pb"],
  content: "binary",
  needsTimes: true,
  render: renderOtlp,
};

function* renderOtlp(input: ReportInput): Generator<Uint8Array> {
  const { selection, options } = input;
  const { profile } = selection;
  const observed = addObservations(selection);
  const dictionary = new OtlpDictionary(
    profile,
    codeTable(profile, { lines: options.lines, addresses: true }),
    input,
  );
  const writer = new ProtoWriter();
  const rowsOf = profile.processes.map((): number[] => []);
  observed.thread.forEach((thread, row) => {
    rowsOf[profile.threads[thread]!.process]!.push(row);
  });
  for (const [index, process] of profile.processes.entries()) {
    const rows = rowsOf[index]!;
    if (rows.length === 0) continue;
    writer.message(DATA.resourceProfiles, () => {
      writer.message(RESOURCE_PROFILES.resource, () =>
        writeResource(writer, process, options.resourceAttributes),
      );
      writer.message(RESOURCE_PROFILES.scopeProfiles, () => {
        writer.message(SCOPE_PROFILES.scope, () => {
          writer.string(SCOPE.name, "pyspy-analyze");
          writer.string(SCOPE.version, input.provenance.version);
        });
        MEASURES.forEach((measure, column) => {
          writer.message(SCOPE_PROFILES.profiles, () => {
            writeFacts(measure);
            for (const row of rows) writeSample(row, observed.values[column]![row]!);
          });
        });
      });
    });
    yield writer.take();
  }
  writer.message(DATA.dictionary, () => dictionary.write(writer));
  yield writer.take();

  function writeFacts({ name, unit }: (typeof MEASURES)[number]): void {
    const span = shownSpan(selection);
    const valueType = (field: number, type: string, of: string): void =>
      writer.message(field, () => {
        writer.uint(VALUE_TYPE.typeStrindex, dictionary.string(type));
        writer.uint(VALUE_TYPE.unitStrindex, dictionary.string(of));
      });
    valueType(PROFILE.sampleType, name, unit);
    writer.fixed64(PROFILE.timeUnixNano, span.startRealtimeNanos);
    writer.uint(PROFILE.durationNano, span.lengthNanos);
    valueType(PROFILE.periodType, "wall", "nanoseconds");
    writer.uint(PROFILE.period, span.periodNanos);
    writer.packed(PROFILE.attributeIndices, dictionary.profileAttributes);
  }

  function writeSample(row: number, value: number): void {
    writer.message(PROFILE.samples, () => {
      writer.uint(SAMPLE.stackIndex, dictionary.stack(observed.stack[row]!));
      const attributes = dictionary.sampleAttributes(
        observed.thread[row]!,
        observed.activity[row]!,
      );
      writer.packed(SAMPLE.attributeIndices, attributes);
      writer.packed(SAMPLE.values, [value]);
    });
  }
}
