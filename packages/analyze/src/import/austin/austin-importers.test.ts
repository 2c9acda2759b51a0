// SPDX-License-Identifier: MIT
import { describe, expect, it } from "vitest";
import { ForeignRecordingError } from "../../errors.ts";
import { readImport, stackLines, threadLines } from "../testing/read-import.ts";

const TEXT = `# austin: 3.7.0
# interval: 1000
# mode: wall
# python: 3.13.0

P7;T0:42;/a.py:main:3;/a.py:work:9 1000
P7;T0:43;/a.py:wait:5 1000
P7;T0:42;/a.py:main:3 2000
P7;T0:43;/a.py:wait:5 2000
# duration: 3000
`;

/** An integer as MOJO has it. */
function varint(value: number): number[] {
  const bytes = [value & 0x3f];
  for (let rest = Math.floor(value / 64); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1]! |= 0x80;
    bytes.push(rest % 128);
  }
  return bytes;
}

const text = (value: string): number[] => [...Buffer.from(value), 0];
const MOJO = Uint8Array.from([
  ...Buffer.from("MOJ"),
  ...varint(3),
  ...[1, ...text("austin"), ...text("4.0.0")],
  ...[1, ...text("mode"), ...text("wall"), 1, ...text("interval"), ...text("1000")],
  ...[2, ...varint(7), 0, ...text("2a")],
  ...[11, ...varint(1000), ...text("/a.py"), 11, ...varint(2), ...text("main")],
  ...[3, ...varint(123_456_789_012), ...varint(1000), ...varint(2), ...varint(3)],
  ...[...varint(3), ...varint(5), ...varint(9)],
  ...[5, ...varint(123_456_789_012), 9, ...varint(1000)],
  ...[2, ...varint(7), 0, ...text("2b"), 4, 9, ...varint(1000)],
  ...[2, ...varint(7), 0, ...text("2a"), 5, ...varint(123_456_789_012), 7, 9, ...varint(500)],
]);

describe("austin's text", () => {
  it("is read with times: each sample stands for the time that it states", () => {
    const profile = readImport("austin", TEXT);
    expect(stackLines(profile)).toEqual([
      "main@/a.py:3 1 2",
      "main@/a.py:3;work@/a.py:9 1 1",
      "wait@/a.py:5 2 3",
    ]);
    expect(threadLines(profile)).toEqual(["7/42 ", "7/43 "]);
    expect(profile.recordings[0]).toMatchObject({ startNanos: 0, endNanos: 3e6, rateHertz: 1000 });
    expect(profile.recordings[0]!.header.imported!.program).toBe("austin 3.7.0");
  });

  it("of mojo2austin has ids of threads as MOJO has them", () => {
    const profile = readImport(
      "austin",
      TEXT.replace("3.7.0", "4.0.0").replaceAll("T0:43", "T0:2b"),
    );
    expect(threadLines(profile)).toEqual(["7/66 ", "7/43 "]);
  });

  it("that is cut within its last line keeps what is before it", () => {
    const cut = TEXT.slice(0, TEXT.indexOf(" 2000"));
    const profile = readImport("austin", cut);
    expect(stackLines(profile)).toHaveLength(2);
    expect(profile.recordings[0]!.endReason).toBeUndefined();
    expect(profile.recordings[0]!.notes[0]!.text).toMatch(/ends within a line/);
  });

  it.each([
    [TEXT.replace("T0:43", "T0:xyz"), /line 7 there is no sample/],
    [TEXT.replace("wall", "memory"), /profile of memory/],
  ])("that is broken is refused", (broken, message) => {
    expect(() => readImport("austin", broken)).toThrow(ForeignRecordingError);
    expect(() => readImport("austin", broken)).toThrow(message);
  });
});

describe("MOJO", () => {
  it.each([1, 7, 1000])("is read in pieces of %i bytes", (pieceLength) => {
    const profile = readImport("austin-mojo", MOJO, { pieceLength });
    expect(stackLines(profile)).toEqual(["<invalid frame> 1 1", "main@/a.py:3 2 1.5"]);
    expect(profile.frames.column[0]).toBe(4);
    expect(profile.recordings[0]!.endReason).toBeDefined();
  });

  it("that is cut anywhere is read as far as it goes, or refused by name", () => {
    for (let length = 0; length < MOJO.length; length++) {
      const profile = readImport("austin-mojo", MOJO.subarray(0, length));
      expect(profile.samples.length).toBeLessThanOrEqual(3);
    }
  });

  it.each<[Uint8Array, RegExp]>([
    [Uint8Array.from([...Buffer.from("MOJ"), ...varint(9)]), /version is 9/],
    [Uint8Array.from([...MOJO, 99]), /unknown number 99/],
    [Uint8Array.from([...MOJO, 5, 1]), /frame 1 was not defined/],
    [Uint8Array.from([...MOJO.subarray(0, 4), 5, 1]), /frame 1 was not defined/],
    [Uint8Array.from([...MOJO.subarray(0, 4), 9, 1]), /outside of one/],
    [Uint8Array.from([...MOJO, 5, ...new Array(12).fill(0xff)]), /more than 64 bits/],
    [Uint8Array.from([...MOJO, 1, ...new Array(70_000).fill(0x61)]), /more than 65536 bytes/],
  ])("that is broken is refused", (bytes, message) => {
    expect(() => readImport("austin-mojo", bytes)).toThrow(ForeignRecordingError);
    expect(() => readImport("austin-mojo", bytes)).toThrow(message);
  });
});
