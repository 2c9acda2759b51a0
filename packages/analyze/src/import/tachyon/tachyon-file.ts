// SPDX-License-Identifier: MIT
import { ForeignRecordingError } from "../../errors.ts";
import { FOREIGN_FORMATS } from "../foreign-format.ts";
import { ByteCursor } from "./byte-cursor.ts";
import { unpackZstd } from "./unpack-zstd.ts";

/** "TACH" as a number in the byte order of the machine. */
const MAGIC_BIG_ENDIAN = "TACH";
const VERSION = 1;
const HEADER_BYTES = 64;
/** Statistics, and what says that they are there. */
const TRAILER_BYTES = 88;
const TRAILER_MAGIC = "TACHSTAT";
const LONGEST_INTERVAL_MICROS = 1e9;
const LEAST_STRING_BYTES = 1;
const LEAST_FRAME_BYTES = 7;
const MODES = ["wall", "cpu", "gil", "all", "exception"] as const;

export type TachyonMode = (typeof MODES)[number];

export interface TachyonFrame {
  readonly file: string;
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

/** A binary recording as it stands in memory. */
export interface TachyonFile {
  /** "3.15.2" */
  readonly pythonVersion: string;
  readonly intervalMicros: number;
  /** `undefined`: not recorded. */
  readonly mode: TachyonMode | undefined;
  readonly frames: readonly TachyonFrame[];
  /** Per cent of looks of which nothing was read, and that were not taken; `undefined`: not recorded. */
  readonly failedPercent: number | undefined;
  readonly missedPercent: number | undefined;
  /** The records of samples. */
  readonly records: ByteCursor;
}

/**
 * Reads header, tables and statistics (CPython 3.15, Modules/_remote_debugging/binary_io.h).
 *
 * @throws ForeignRecordingError
 */
export function readTachyonFile(bytes: Uint8Array): TachyonFile {
  const littleEndian = String.fromCharCode(...bytes.subarray(0, 4)) !== MAGIC_BIG_ENDIAN;
  if (bytes.length < HEADER_BYTES || bytes.subarray(0, HEADER_BYTES).every((byte) => byte === 0)) {
    fail("its header was never written: the recorder was killed, and nothing of it can be read");
  }
  const head = new ByteCursor(bytes, littleEndian);
  head.uint32();
  const version = head.uint32();
  if (version !== VERSION) fail(`its version is ${version}, and only ${VERSION} is known`);
  const pythonVersion = `${head.byte()}.${head.byte()}.${head.byte()}`;
  head.byte();
  head.uint64(); // when it began, on a clock without an origin
  const intervalMicros = Number(head.uint64());
  if (intervalMicros > LONGEST_INTERVAL_MICROS) fail(`its interval is ${intervalMicros} µs`);
  head.uint32(); // number of samples
  head.uint32();
  const threadsAndMore = head.uint32();
  if (threadsAndMore > bytes.length) fail(`it claims to have ${threadsAndMore} threads`);
  const stringsAt = Number(head.uint64());
  const framesAt = Number(head.uint64());
  const compression = head.uint32();
  const flags = head.uint32();
  const inOrder = HEADER_BYTES <= stringsAt && stringsAt <= framesAt && framesAt <= bytes.length;
  if (!inOrder) fail("its tables are not where its header says: it is cut off");
  const body = bytes.subarray(HEADER_BYTES, stringsAt);
  if (compression > 1) fail(`its compression is ${compression}, which is not known`);
  const plain = compression === 1 ? unpackZstd(body) : body;
  const trailer = readTrailer(bytes, littleEndian, framesAt);
  const strings = readStrings(
    new ByteCursor(bytes, littleEndian, stringsAt, framesAt),
    trailer.strings,
  );
  const tables = new ByteCursor(bytes, littleEndian, framesAt, trailer.from);
  return {
    pythonVersion,
    intervalMicros,
    // The lowest three bits; 0: not recorded.
    mode: MODES[(flags & 7) - 1],
    frames: readFrames(tables, strings, trailer.frames),
    failedPercent: trailer.failedPercent,
    missedPercent: trailer.missedPercent,
    records: new ByteCursor(plain, littleEndian),
  };
}

interface Trailer {
  readonly from: number;
  readonly strings: number;
  readonly frames: number;
  readonly failedPercent: number | undefined;
  readonly missedPercent: number | undefined;
}

function readTrailer(bytes: Uint8Array, littleEndian: boolean, framesAt: number): Trailer {
  const from = bytes.length - TRAILER_BYTES;
  if (from < framesAt) fail("its end is missing: it is cut off");
  const cursor = new ByteCursor(bytes, littleEndian, from);
  cursor.double(); // seconds
  cursor.double(); // looks per second
  const percent = (value: number): number | undefined =>
    value >= 0 && value <= 100 ? value : undefined;
  const [failedPercent, missedPercent] = [percent(cursor.double()), percent(cursor.double())];
  cursor.uint64();
  if (cursor.text(TRAILER_MAGIC.length) !== TRAILER_MAGIC)
    fail("its end is missing: it is cut off");
  cursor.uint32();
  cursor.uint32();
  const [strings, frames] = [cursor.uint32(), cursor.uint32()];
  if (Number(cursor.uint64()) !== bytes.length) fail("its length is not what its end says");
  return { from, strings, frames, failedPercent, missedPercent };
}

function readStrings(cursor: ByteCursor, count: number): string[] {
  if (count * LEAST_STRING_BYTES > 2 ** 32) cursor.fail(`it claims to have ${count} strings`);
  const strings: string[] = [];
  for (let i = 0; i < count; i++) strings.push(cursor.text(cursor.varint()));
  return strings;
}

function readFrames(cursor: ByteCursor, strings: readonly string[], count: number): TachyonFrame[] {
  if (count * LEAST_FRAME_BYTES > 2 ** 32) cursor.fail(`it claims to have ${count} frames`);
  const text = (index: number): string =>
    strings[index] ?? cursor.fail(`a frame names string ${index} of ${strings.length}`);
  const frames: TachyonFrame[] = [];
  for (let i = 0; i < count; i++) {
    const [file, name] = [text(cursor.varint()), text(cursor.varint())];
    const line = cursor.zigzag();
    cursor.zigzag(); // lines to the end
    const column = cursor.zigzag();
    cursor.zigzag(); // columns to the end
    cursor.byte(); // opcode
    frames.push({ file, name, line, column });
  }
  return frames;
}

function fail(problem: string): never {
  throw new ForeignRecordingError(FOREIGN_FORMATS.tachyon, "", problem);
}
