// SPDX-License-Identifier: MIT

import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { otlp as schema } from "@pyspy/schemas";
import { expect, test } from "vitest";
import { joinBytes } from "../testing/join-bytes.ts";
import { reportInput } from "../testing/report-input.ts";
import { otlp } from "./otlp.ts";

function render(...args: Parameters<typeof reportInput>): schema.ProfilesData {
  return fromBinary(schema.ProfilesDataSchema, joinBytes(otlp.render(reportInput(...args))));
}

/** "main:3;work:7 thread.name=main ... | 20000000" for every sample. */
function lines({ dictionary }: schema.ProfilesData, { samples }: schema.Profile): string[] {
  const { stackTable, locationTable, functionTable, attributeTable, stringTable } = dictionary!;
  return samples.map(({ stackIndex, attributeIndices, values }) => {
    const frames = stackTable[stackIndex]!.locationIndices.map((index) => {
      const { functionIndex, line } = locationTable[index]!.lines[0]!;
      return `${stringTable[functionTable[functionIndex]!.nameStrindex]}:${line}`;
    });
    const attributes = attributeIndices
      .map((index) => attributeTable[index]!)
      .map(({ keyStrindex, value }) => `${stringTable[keyStrindex]}=${value!.value.value}`)
      .filter((text) => !text.startsWith("thread.id="));
    return `${frames.reverse().join(";")} ${attributes.join(" ")} | ${values.join(" ")}`;
  });
}

const TEXT = `
  main gil R: main:3;work:7 2
  main S: main:4 3
  worker R: main:3;work:7 1
`;

test("a process has a profile for each measure, of samples with attributes", () => {
  const file = render(TEXT);
  const strings = file.dictionary!.stringTable;
  const [process] = file.resourceProfiles;
  expect(file.resourceProfiles).toHaveLength(1);
  const attributes = process!.resource!.attributes.map(({ key, value }) => [
    key,
    value!.value.value,
  ]);
  expect(attributes).toContainEqual(["process.pid", 42n]);
  expect(attributes).toContainEqual(["process.command_line", "python app.py"]);
  const { profiles } = process!.scopeProfiles[0]!;
  expect(
    profiles.map(({ sampleType }) => [
      strings[sampleType!.typeStrindex],
      strings[sampleType!.unitStrindex],
    ]),
  ).toEqual([
    ["wall", "nanoseconds"],
    ["cpu", "nanoseconds"],
    ["gil", "nanoseconds"],
    ["samples", "count"],
  ]);
  expect(lines(file, profiles[0]!)).toEqual([
    "main:3;work:7 thread.name=main pyspy.state=active pyspy.gil=held | 20000000",
    "main:4 thread.name=main pyspy.state=idle | 30000000",
    "main:3;work:7 thread.name=worker pyspy.state=active | 10000000",
  ]);
  expect(profiles[3]!.samples.map(({ values }) => values[0])).toEqual([2n, 3n, 1n]);
  expect(profiles[0]!.timeUnixNano).toBe(1_700_000_000_000_000_000n);
  expect(profiles[0]!.durationNano).toBe(50_000_000n);
});

test("entry 0 of each table is empty", () => {
  const tables = render(TEXT).dictionary!;
  const sizes = [
    toBinary(schema.MappingSchema, tables.mappingTable[0]!),
    toBinary(schema.LinkSchema, tables.linkTable[0]!),
    toBinary(schema.LocationSchema, tables.locationTable[0]!),
    toBinary(schema.FunctionSchema, tables.functionTable[0]!),
    toBinary(schema.StackSchema, tables.stackTable[0]!),
    toBinary(schema.KeyValueAndUnitSchema, tables.attributeTable[0]!),
    tables.stringTable[0]!,
  ].map(({ length }) => length);
  expect(sizes).toEqual([0, 0, 0, 0, 0, 0, 0]);
});
