// SPDX-License-Identifier: MIT
import { StateFlag } from "@pyspy/schemas";
import { describe, expect, it } from "vitest";
import { ForeignRecordingError } from "../../errors.ts";
import { holdsGil } from "../../select/states.ts";
import { readImport, stackLines, threadLines } from "../testing/read-import.ts";
import { leb128, record, tachyonBytes } from "../testing/tachyon-bytes.ts";

const STRINGS = ["a.py", "main", "work", "/lib/profiling/sampling/_sync_coordinator.py"];
const FRAMES = [
  [0, 1, 3, 4],
  [0, 2, 9, 8],
  [3, 1, 1, 0],
] as const;
const GIL = 1;
const UNKNOWN = 4;
const RECORDS = [
  // main;work twice, 1 ms apart, then main alone, then another frame on it.
  ...record(7, 1, ...leb128(1000), GIL | UNKNOWN, 3, 1, 0, 2),
  ...record(7, 0, 1, ...leb128(1000), GIL | UNKNOWN),
  ...record(7, 3, ...leb128(2000), UNKNOWN, 1, 0),
  ...record(7, 2, ...leb128(1000), GIL | UNKNOWN, 2, 1, 1),
  ...record(8, 1, ...leb128(1000), UNKNOWN, 1, 0),
  ...record(8, 0, 2, ...leb128(1000), UNKNOWN, ...leb128(2000), UNKNOWN),
];
const PARTS = { records: RECORDS, strings: STRINGS, frames: FRAMES };

describe("a binary recording of profiling.sampling", () => {
  it.each([true, false])("is read in the order of time (zstd: %s)", (zstd) => {
    const profile = readImport("tachyon", tachyonBytes({ ...PARTS, zstd }));
    expect(stackLines(profile)).toEqual(["main@a.py:3 4 5", "main@a.py:3;work@a.py:9 3 4"]);
    expect(threadLines(profile)).toEqual(["0/7 ", "0/8 "]);
    const { samples, recordings } = profile;
    const known = StateFlag.STATE_GIL_KNOWN;
    expect([...samples.flags].every((flags) => (flags & known) !== 0)).toBe(true);
    expect([...samples.flags.keys()].filter((run) => holdsGil(samples, run))).toHaveLength(2);
    expect(recordings[0]!.counters).toMatchObject({ ticksTaken: 4n, samplesFailed: 1n });
  });

  it("in another mode than wall has no times, and weighs by the interval", () => {
    const profile = readImport("tachyon", tachyonBytes({ ...PARTS, flags: 2 }));
    expect(stackLines(profile)).toEqual(["main@a.py:3 4 4", "main@a.py:3;work@a.py:9 3 3"]);
  });

  it("that is cut or damaged anywhere is refused by name, or read", () => {
    const whole = tachyonBytes({ ...PARTS, zstd: true });
    for (let length = 1; length < whole.length; length++) {
      expect(() => readImport("tachyon", whole.subarray(0, length))).toThrow(ForeignRecordingError);
    }
  });

  it.each<[Uint8Array, RegExp]>([
    [new Uint8Array(64), /never written: the recorder was killed/],
    [tachyonBytes({ ...PARTS, records: record(7, 1, 0, 0, 1, 3) }), /names frame 3 of 3/],
    [tachyonBytes({ ...PARTS, records: record(7, 3, 0, 0, 1, 0) }), /removes more of a stack/],
    [tachyonBytes({ ...PARTS, records: record(7, 2, 0, 0, 1, 0) }), /keeps more of a stack/],
    [tachyonBytes({ ...PARTS, records: record(7, 9, 0, 0) }), /unknown kind 9/],
    [tachyonBytes({ ...PARTS, records: record(7, 1, 0, 0, ...leb128(9999)) }), /deeper than/],
    [tachyonBytes({ ...PARTS, strings: ["a.py"] }), /names string 1 of 1/],
  ])("that breaks a rule is refused", (bytes, message) => {
    expect(() => readImport("tachyon", bytes)).toThrow(message);
  });

  it("that would need gigabytes to unpack is refused", () => {
    const bomb = tachyonBytes({ ...PARTS, zstd: true });
    // Size of the content: 4 GiB less a byte.
    bomb.set([0xff, 0xff, 0xff, 0xff], 64 + 5);
    expect(() => readImport("tachyon", bomb)).toThrow(/too much memory/);
  });
});

const LINES = [
  { type: "meta", sample_interval_usec: 1000, mode: "wall" },
  {
    type: "string_table",
    strings: [
      { str_id: 0, value: "a.py" },
      { str_id: 5, value: "main" },
    ],
  },
  {
    type: "frame_table",
    frames: [{ frame_id: 3, path_str_id: 0, func_str_id: 5, line: 7, col: 2 }],
  },
  { type: "agg", kind: "frame", entries: [{ frame_id: 3, self: 4, cumulative: 9 }] },
  { type: "something new" },
  { type: "end", samples_total: 4 },
].map((each) => JSON.stringify({ ...each, v: 0, run_id: "x" }));

describe("JSON lines of profiling.sampling", () => {
  it("are lines of code without callers", () => {
    expect(stackLines(readImport("tachyon-jsonl", LINES.join("\n")))).toEqual(["main@a.py:7 4 4"]);
  });

  it("without their end are cut off", () => {
    const { recordings } = readImport("tachyon-jsonl", LINES.slice(0, -1).join("\n"));
    expect(recordings[0]!.endReason).toBeUndefined();
    expect(recordings[0]!.notes[0]!.text).toMatch(/cut off/);
  });

  it.each([
    [LINES.slice(1), /the record that begins is missing/],
    [[LINES[0], LINES[3]], /line 2 frame 3 is not defined/],
    [[LINES[0], "{"], /line 2 there is no valid JSON/],
    [[LINES[0]!.replace('"v":0', '"v":1')], /version is not 0/],
    [[LINES[0], LINES[0]], /a second recording/],
  ])("that break a rule are refused", (lines, message) => {
    expect(() => readImport("tachyon-jsonl", lines.join("\n"))).toThrow(message);
  });
});
