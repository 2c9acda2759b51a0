// SPDX-License-Identifier: MIT

import { fromBinary } from "@bufbuild/protobuf";
import { otlp, perfetto, pprof } from "@pyspy/schemas";
import { expect, test } from "vitest";
import { fieldNumbers } from "./field-numbers.ts";
import { ProtoWriter } from "./proto-writer.ts";

const PROFILE = fieldNumbers(pprof.ProfileSchema);
const SAMPLE = fieldNumbers(pprof.SampleSchema);

test("numbers of every length are read back", () => {
  const values = [0, 1, 127, 128, 16_383, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 45, 2 ** 53 - 1];
  const writer = new ProtoWriter();
  writer.packed(SAMPLE.value, values);
  writer.packed(SAMPLE.locationId, []);
  const sample = fromBinary(pprof.SampleSchema, writer.take());
  expect(sample.value.map(Number)).toEqual(values);
  expect(writer.length).toBe(0);
});

test.each([0n, 2n ** 32n - 1n, 2n ** 53n, 1_763_829_000_123_456_789n, 2n ** 64n - 1n])(
  "%s, and what is added to it, is read back",
  (value) => {
    const { timestamp } = fieldNumbers(perfetto.TracePacketSchema);
    const writer = new ProtoWriter();
    writer.bigUint(timestamp, value);
    expect(fromBinary(perfetto.TracePacketSchema, writer.take()).timestamp).toBe(value);
    for (const offset of [0, 1, 2 ** 32 - 1, 2 ** 52]) {
      if (value + BigInt(offset) >= 2n ** 64n) continue;
      writer.sum(timestamp, value, offset);
      const read = fromBinary(perfetto.TracePacketSchema, writer.take());
      expect(read.timestamp).toBe(value + BigInt(offset));
    }
    const { timeUnixNano } = fieldNumbers(otlp.ProfileSchema);
    writer.fixed64(timeUnixNano, value);
    expect(fromBinary(otlp.ProfileSchema, writer.take()).timeUnixNano).toBe(value);
  },
);

test("messages in messages have their lengths, also beyond the buffer", () => {
  const writer = new ProtoWriter();
  const names = ["", "x".repeat(127), "y".repeat(70_000), "half \ud83d"];
  for (const name of names) writer.string(PROFILE.stringTable, name);
  for (const length of [0, 1, 60, 200, 50_000]) {
    writer.message(PROFILE.sample, () => {
      writer.packed(
        SAMPLE.locationId,
        Array.from({ length }, (_, i) => i),
      );
      writer.message(SAMPLE.label, () => writer.uint(3, length));
    });
  }
  const profile = fromBinary(pprof.ProfileSchema, writer.take());
  expect(profile.stringTable).toEqual([...names.slice(0, 3), "half \ufffd"]);
  expect(profile.sample.map(({ locationId }) => locationId.length)).toEqual([
    0, 1, 60, 200, 50_000,
  ]);
  expect(profile.sample.map(({ label }) => Number(label[0]!.num))).toEqual([0, 1, 60, 200, 50_000]);
});
