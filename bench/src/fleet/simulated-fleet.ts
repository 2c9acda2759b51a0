// SPDX-License-Identifier: MIT

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Header, RecordSchema } from "@pyspy/schemas";

const RECORDING = new URL("../../../samples/recordings/web_like.pspy", import.meta.url);
const RACKS = 50;
/** From the start of one recording to that of the next. */
const STAGGER_NANOS = 1_500_000_000n;

/**
 * Writes so many captures into directories of racks: a real recording of a web-like program, each time with
 * another id, start and host, as if a fleet had made them.
 */
export function writeFleet(folder: string, files: number): void {
  const bytes = readFileSync(fileURLToPath(RECORDING));
  const { header, rest } = split(bytes);
  for (let file = 0; file < files; file++) {
    const rack = join(folder, `rack-${file % RACKS}`);
    mkdirSync(rack, { recursive: true });
    header.captureId = Uint8Array.from({ length: 16 }, (_, i) => (file >>> (8 * (i % 4))) & 0xff);
    header.clock!.realtimeNanos += STAGGER_NANOS;
    const body = { case: "header" as const, value: header };
    const record = toBinary(RecordSchema, create(RecordSchema, { body }));
    const head = Uint8Array.of(0x0a, ...varint(record.length));
    writeFileSync(join(rack, `pod-${file}.pspy`), Buffer.concat([head, record, rest]));
  }
}

function split(bytes: Uint8Array): { header: Header; rest: Uint8Array } {
  let [at, length, scale] = [1, 0, 1];
  for (; ; scale *= 128) {
    const byte = bytes[at++]!;
    length += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
  }
  const { body } = fromBinary(RecordSchema, bytes.subarray(at, at + length));
  if (body.case !== "header") throw new Error("the recording does not begin with its header");
  return { header: body.value, rest: bytes.subarray(at + length) };
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
