import { gzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import {
  CaptureVersionError,
  EmptyCaptureError,
  NotACaptureError,
  type PyspyError,
} from "../errors.ts";
import type { Profile } from "../model/profile.ts";
import { selectAll } from "../select/selection.ts";
import { captureOf } from "../testing/capture-writer.ts";
import { concatBytes } from "../write/record-writer.ts";
import { CaptureReader } from "./capture-reader.ts";
import { readCapture, readCaptures } from "./read-capture.ts";

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function samplesOf(profile: Profile): number {
  return selectAll(profile).totals.samples;
}

function errorOf(bytes: Uint8Array): PyspyError {
  try {
    readCapture(bytes);
  } catch (error) {
    return error as PyspyError;
  }
  throw new Error("no error");
}

/** Index of the n-th marker of a chunk. */
function chunkAt(bytes: Uint8Array, n: number): number {
  let at = -1;
  for (let i = 0; i <= n; i++) at = indexOf(bytes, bytesOf("PSPYCHNK"), at + 1);
  return at;
}

function indexOf(bytes: Uint8Array, part: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    if (part.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}

describe("what is no capture", { timeout: 60_000 }, () => {
  it("is an error of its own when it is empty", () => {
    const error = errorOf(new Uint8Array(0));
    expect(error).toBeInstanceOf(EmptyCaptureError);
    expect(error.code).toBe("EMPTY_CAPTURE");
    expect(() => readCaptures([])).toThrow(EmptyCaptureError);
  });

  it.each([
    ['{"a": 1}', "json"],
    ["<svg xmlns='http://www.w3.org/2000/svg'></svg>", "svg"],
    ['<?xml version="1.0"?>\n<svg></svg>', "svg"],
    ["<!DOCTYPE html><html></html>", "html"],
    ["<?xml version='1.0'?><a/>", "xml"],
    ["main;work;hot 12\nmain;idle 3\n", "collapsed-stacks"],
    ["hello\n", "text"],
    ["\x7fELF\x02\x01\x01\x00\x00", "elf"],
    ["PK\x03\x04\x14\x00", "zip"],
    ["\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09", "binary"],
    ["\n", "cut-header"],
  ])("is told by its looks: %j", (text, looksLike) => {
    const error = errorOf(bytesOf(text));
    expect(error).toBeInstanceOf(NotACaptureError);
    expect((error as NotACaptureError).looksLike).toBe(looksLike);
  });

  it("is told when it is compressed or cut in its header", () => {
    expect(errorOf(gzipSync(bytesOf("hello")))).toMatchObject({ looksLike: "gzip" });
    expect(errorOf(captureOf("a 1").subarray(0, 20))).toMatchObject({ looksLike: "cut-header" });
  });
});

describe("a capture of a later version", { timeout: 60_000 }, () => {
  const later = captureOf("a 3", { majorVersion: 2 });

  it("is an error when there is nothing else", () => {
    const error = errorOf(later);
    expect(error).toBeInstanceOf(CaptureVersionError);
    expect(error).toMatchObject({ foundVersion: 2, supportedVersion: 1 });
  });

  it("is damage among others", () => {
    const profile = readCaptures([captureOf("a 3"), later, captureOf("b 4")]);
    expect(samplesOf(profile)).toBe(7);
    expect(profile.damage).toMatchObject([
      { kind: "unsupported-version", offset: captureOf("a 3").length, length: later.length },
    ]);
  });
});

describe("a capture without samples", { timeout: 60_000 }, () => {
  it("is a profile", () => {
    const profile = readCapture(captureOf(""));
    expect(profile.samples.length).toBe(0);
    expect(profile.recordings).toHaveLength(1);
    expect(profile.damage).toEqual([]);
  });
});

describe("gzip", { timeout: 60_000 }, () => {
  const capture = captureOf("main;a 9\nmain;b 9");
  const zipped = gzipSync(capture);

  it("is read like the plain file, whatever the pieces are", () => {
    expect(readCapture(zipped)).toEqual(readCapture(capture));
    const reader = new CaptureReader();
    for (const byte of zipped) reader.push(Uint8Array.of(byte));
    expect(samplesOf(reader.finish())).toBe(18);
  });

  it("may have several members, and stand beside plain files", () => {
    expect(samplesOf(readCapture(concatBytes([zipped, zipped])))).toBe(36);
    expect(samplesOf(readCaptures([zipped, capture]))).toBe(36);
  });

  it("is read as far as it goes when it is cut, or damaged", () => {
    for (let length = 2; length < zipped.length; length++) {
      try {
        const profile = readCapture(zipped.subarray(0, length));
        expect(samplesOf(profile)).toBeLessThanOrEqual(18);
        if (samplesOf(profile) < 18) expect(profile.damage.length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(NotACaptureError);
      }
    }
  });
});

describe("damage", { timeout: 60_000 }, () => {
  // Chunks of 8 ticks: 8 + 8 + 2.
  const capture = captureOf("main;a 9\nmain;b 9");

  it("in the bytes of a chunk loses that chunk", () => {
    const damaged = capture.slice();
    // In a name: the records stay as long as they were.
    damaged[indexOf(damaged, bytesOf("app.py"), chunkAt(damaged, 1))]! ^= 1;
    const profile = readCapture(damaged);
    expect(samplesOf(profile)).toBe(10);
    const start = chunkAt(damaged, 1) - 5;
    const end = chunkAt(damaged, 2) - 5;
    expect(profile.damage).toMatchObject([
      { kind: "checksum", offset: start, length: end - start },
    ]);
    // What was lost is unobserved: the ticks between stand for no more than before.
    expect(selectAll(profile).totals.wallNanos).toBe(10 * 1e7);
    expect(profile.recordings[0]!.unobservedNanos).toBe(8 * 1e7);
  });

  it("is reported when a chunk is missing", () => {
    const [first, second] = [chunkAt(capture, 1) - 5, chunkAt(capture, 2) - 5];
    const profile = readCapture(
      concatBytes([capture.subarray(0, first), capture.subarray(second)]),
    );
    expect(samplesOf(profile)).toBe(10);
    expect(profile.damage).toMatchObject([
      { kind: "missing-chunk", length: 0, message: "chunks 1 to 1 are missing" },
    ]);
  });

  it("of the header leaves the chunks", () => {
    const profile = readCapture(capture.subarray(10));
    expect(samplesOf(profile)).toBe(18);
    expect(profile.damage).toMatchObject([
      { kind: "corrupt", offset: 0 },
      { kind: "corrupt", message: "a recording without its header" },
    ]);
  });

  it("that comes before a recording leaves the recording", () => {
    const profile = readCapture(concatBytes([bytesOf("noise before the capture\n"), capture]));
    expect(samplesOf(profile)).toBe(18);
    expect(profile.damage).toMatchObject([{ kind: "corrupt", offset: 0, length: 25 }]);
  });

  it("is not that a ring begins with a later chunk", () => {
    const head = capture.subarray(0, chunkAt(capture, 0) - 5);
    const ring = concatBytes([head, capture.subarray(chunkAt(capture, 1) - 5)]);
    const profile = readCapture(ring);
    expect(profile.damage).toEqual([]);
    expect(samplesOf(profile)).toBe(10);
  });

  it("is listed up to a thousand times", () => {
    const [noise, recording] = [bytesOf("xx"), captureOf("a 1")];
    const parts = Array.from({ length: 3000 }, () => [noise, recording]).flat();
    const profile = readCapture(concatBytes(parts));
    expect(samplesOf(profile)).toBe(3000);
    expect(profile.damage).toHaveLength(1001);
    expect(profile.damage.at(-1)!.message).toBe("2000 more damages");
  });
});

describe("several recordings", { timeout: 60_000 }, () => {
  it("have one process each, unless they saw the same one", () => {
    const of = (hostName: string, pid: number) => captureOf("a 2", { hostName, process: { pid } });
    const profile = readCaptures([of("x", 1), of("x", 1), of("y", 1), of("x", 2)]);
    expect(profile.processes.map(({ pid, recording }) => [pid, recording])).toEqual([
      [1, 0],
      [1, 2],
      [2, 3],
    ]);
    const unnamed = readCaptures([captureOf("a 2"), captureOf("a 2")]);
    expect(unnamed.processes).toHaveLength(2);
    expect(unnamed.functions).toHaveLength(1);
    expect(unnamed.stacks.length).toBe(1);
  });
});
