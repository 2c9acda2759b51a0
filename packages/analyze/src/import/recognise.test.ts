// SPDX-License-Identifier: MIT
import { create, toBinary } from "@bufbuild/protobuf";
import { pprof } from "@pyspy/schemas";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CaptureTooLargeError, ForeignRecordingError } from "../errors.ts";
import { captureOf } from "../testing/capture-writer.ts";
import { createImporter } from "./create-importer.ts";
import { FOREIGN_FORMATS, type ForeignFormat } from "./foreign-format.ts";
import { recogniseForeign } from "./recognise.ts";
import { record, tachyonBytes } from "./testing/tachyon-bytes.ts";

const PPROF = toBinary(
  pprof.ProfileSchema,
  create(pprof.ProfileSchema, {
    sampleType: [{ type: 1n, unit: 2n }],
    sample: [{ locationId: [1n], value: [3n] }],
    location: [{ id: 1n, line: [{ functionId: 1n, line: 2n }] }],
    function: [{ id: 1n, name: 3n }],
    stringTable: ["", "cpu", "nanoseconds", "main"],
  }),
);
const SPEEDSCOPE = `{"$schema":"https://www.speedscope.app/file-format-schema.json","shared":{"frames":
[{"name":"a"}]},"profiles":[{"type":"sampled","unit":"seconds","samples":[[0],[0]],"weights":[1,2]}]}`;
const FILES: Readonly<Record<ForeignFormat, Uint8Array>> = {
  collapsed: Buffer.from('process 1:"a b";main (a.py:3);work (b.py:4) 12\nmain (a.py:3) 4\n'),
  speedscope: Buffer.from(SPEEDSCOPE),
  pprof: PPROF,
  tachyon: tachyonBytes({
    records: record(7, 1, 5, 0, 1, 0),
    strings: ["a.py", "main"],
    frames: [[0, 1, 3, 4]],
    zstd: true,
  }),
  "tachyon-jsonl": Buffer.from(
    '{"type":"meta","v":0,"run_id":"x","sample_interval_usec":1000}\n{"type":"end","v":0}\n',
  ),
  austin: Buffer.from("# austin: 3.7.0\n# mode: wall\n\nP7;T0:2a;/a.py:main:3 1000\n"),
  "austin-mojo": Buffer.from("MOJ\x03\x01mode\0wall\0\x02\x07\x002a\0\x04\x09\x05", "latin1"),
};

describe("what a file is", () => {
  it.each(Object.entries(FILES))("is told for %s by its content", (format, bytes) => {
    expect(recogniseForeign(bytes, true)).toBe(format);
  });

  it.each<[string, Uint8Array]>([
    ["a capture", captureOf("main;work 3")],
    ["a capture without its header", captureOf("main;work 3").subarray(60)],
    ["prose", Buffer.from("Dear all; chapter 3\nof the book; 4\nends here.\n")],
    ["numbers", Buffer.from("1\n2\n3\n")],
    ["other JSON", Buffer.from('{"a": 1}')],
    ["Python", Buffer.from("import os\nprint(1)\n")],
    ["a page", Buffer.from("<!doctype html><title>x;y 1</title>")],
    ["nothing", new Uint8Array(0)],
  ])("is not claimed for %s", (_, bytes) => {
    expect(recogniseForeign(bytes, true)).toBeUndefined();
  });

  it("is told of no random bytes that then break the program", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const format = recogniseForeign(bytes, true);
        if (format !== undefined) expectReadOrRefused(format, bytes);
      }),
    );
  });
});

function expectReadOrRefused(format: ForeignFormat, bytes: Uint8Array): void {
  const importer = createImporter(format);
  try {
    importer.push(bytes);
    importer.finish();
  } catch (error) {
    const typed = error instanceof ForeignRecordingError || error instanceof CaptureTooLargeError;
    if (!typed) throw error;
  }
}

describe("numbers that no machine has", () => {
  it.each<[ForeignFormat, string]>([
    ["collapsed", "process 9999999999;thread (9999999999999999999): a;f 1\n"],
    ["collapsed", "tid:99999999999999999999999;f (a.py:99999999999) 1\n"],
    ["speedscope", SPEEDSCOPE.replace('"unit"', '"name":"Process 9999999999 Thread 1","unit"')],
    ["austin", "P9999999999;T0:1;a.py:f:1 1\nP1;T0:1;a.py:f:1 1\n"],
    ["austin", "P1;T99999:ffffffffffffffff;a.py:f:999999999 999999999999\n"],
  ])("are read or refused by name in %s", (format, text) => {
    expectReadOrRefused(format, Buffer.from(text));
  });
});

describe("hostile files", { timeout: 60_000 }, () => {
  it.each(Object.keys(FOREIGN_FORMATS) as ForeignFormat[])(
    "of %s are read or refused by name, whatever is changed in them",
    (format) => {
      const file = FILES[format];
      const change = fc.record({
        at: fc.nat({ max: file.length - 1 }),
        remove: fc.nat({ max: 4 }),
        insert: fc.uint8Array({ maxLength: 6 }),
      });
      fc.assert(
        fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
          const bytes = [...file];
          for (const { at, remove, insert } of changes) bytes.splice(at, remove, ...insert);
          expectReadOrRefused(format, Uint8Array.from(bytes));
        }),
        { numRuns: 300 },
      );
    },
  );
});
