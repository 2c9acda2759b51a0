// SPDX-License-Identifier: MIT
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { pprof } from "@pyspy/schemas";
import { describe, expect, it } from "vitest";
import { ForeignRecordingError } from "../../errors.ts";
import { readImport, stackLines, threadLines } from "../testing/read-import.ts";

const STRINGS = [
  "",
  "samples",
  "count",
  "cpu",
  "nanoseconds",
  "main",
  "a.go",
  "work",
  "thread_id",
].concat("thread", "worker", "/bin/app", "inuse_space", "bytes", "wall");
type Init = MessageInitShape<typeof pprof.ProfileSchema>;

const of = (text: string): bigint => BigInt(STRINGS.indexOf(text));
const PROFILE: Init = {
  stringTable: STRINGS,
  sampleType: [
    { type: of("samples"), unit: of("count") },
    { type: of("cpu"), unit: of("nanoseconds") },
  ],
  function: [
    { id: 1n, name: of("main"), filename: of("a.go"), startLine: 2n },
    { id: 2n, name: of("work"), filename: of("a.go") },
  ],
  location: [
    { id: 1n, line: [{ functionId: 1n, line: 3n }] },
    // work is inlined into main.
    {
      id: 2n,
      line: [
        { functionId: 2n, line: 9n },
        { functionId: 1n, line: 4n },
      ],
    },
    { id: 3n, mappingId: 1n, address: 0xabcn },
  ],
  mapping: [{ id: 1n, filename: of("/bin/app") }],
  sample: [
    {
      locationId: [2n, 1n],
      value: [3n, 30_000_000n],
      label: [
        { key: of("thread_id"), num: 42n },
        { key: of("thread"), str: of("worker") },
      ],
    },
    { locationId: [3n], value: [1n, 10_000_000n] },
    { locationId: [1n], value: [0n, 0n] },
  ],
  timeNanos: 1_700_000_000_000_000_000n,
  durationNanos: 1_000_000_000n,
  periodType: { type: of("cpu"), unit: of("nanoseconds") },
  period: 10_000_000n,
};

const bytes = (init: Init): Uint8Array =>
  toBinary(pprof.ProfileSchema, create(pprof.ProfileSchema, init));

describe("a pprof profile", () => {
  it("has inlined calls, code without names, threads and its time", () => {
    const profile = readImport("pprof", bytes(PROFILE));
    expect(stackLines(profile)).toEqual([
      "0xabc@/bin/app 1 10",
      "main@a.go:3;main@a.go:4;work@a.go:9 3 30",
    ]);
    expect(threadLines(profile)).toEqual(["0/42 worker", "0/0 "]);
    expect([...profile.samples.cpuNanos]).toEqual([3e7, 1e7]);
    expect(profile.originRealtimeNanos).toBe(PROFILE.timeNanos);
    expect(profile.recordings[0]).toMatchObject({ endNanos: 1e9, rateHertz: 100 });
    expect(profile.recordings[0]!.header.imported!.loss.join()).toContain("Its time is CPU time");
  });

  it("of samples alone is reckoned with its period", () => {
    const samples = PROFILE.sample!.map((one) => ({ ...one, value: one.value!.slice(0, 1) }));
    const sampleType = PROFILE.sampleType!.slice(0, 1);
    const profile = readImport("pprof", bytes({ ...PROFILE, sampleType, sample: samples }));
    expect(stackLines(profile)[1]).toBe("main@a.go:3;main@a.go:4;work@a.go:9 3 30");
  });

  it.each<[string, Init, RegExp]>([
    [
      "memory",
      { ...PROFILE, sampleType: [{ type: of("inuse_space"), unit: of("bytes") }] },
      /inuse_space in bytes/,
    ],
    [
      "a string beyond the table",
      { ...PROFILE, function: [{ id: 1n, name: 99n }] },
      /string 99 of 15/,
    ],
    ["a function that is missing", { ...PROFILE, function: [] }, /function 1, which/],
    ["a location that is missing", { ...PROFILE, location: [] }, /location 1, which/],
    [
      "too few values",
      { ...PROFILE, sample: [{ locationId: [1n], value: [1n] }] },
      /1 values of 2/,
    ],
    ["negative values", { ...PROFILE, sample: [{ value: [1n, -1n] }] }, /is a difference/],
    ["no strings", {}, /no table of strings/],
  ])("with %s is refused", (_, init, message) => {
    expect(() => readImport("pprof", bytes(init))).toThrow(ForeignRecordingError);
    expect(() => readImport("pprof", bytes(init))).toThrow(message);
  });

  it("that is cut off is refused, wherever a field is", () => {
    const whole = bytes(PROFILE);
    expect(() => readImport("pprof", whole.subarray(0, whole.length - 1))).toThrow(/cut off/);
  });
});
