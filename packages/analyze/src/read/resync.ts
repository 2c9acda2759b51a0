// SPDX-License-Identifier: MIT
import { readRecordHead } from "./record-head.ts";

/** ChunkStart.marker as it stands in the file: little-endian 0x4B4E484359505350. */
const CHUNK_MARKER: readonly number[] = [0x50, 0x53, 0x50, 0x59, 0x43, 0x48, 0x4e, 0x4b];
/** `0x0A <length> 0x12 <length> 0x09` stand before the marker; a ChunkStart is below 128 bytes. */
const CHUNK_MARKER_AT = 5;
/** Header.format with its tag and length: the first field of every Header. */
const HEADER_MARKER: readonly number[] = [0x0a, 0x04, 0x70, 0x73, 0x70, 0x79];
const MAX_LENGTH_BYTES = 4;

/** Bytes at the end of a window in which `findResumePoint` may not yet see a record's start. */
export const RESUME_REACH = 24;

/**
 * Where reading can go on after damage: the start of the first ChunkStart or Header record at or
 * after `from`; -1 when there is none.
 */
export function findResumePoint(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    let start = -1;
    if (byte === CHUNK_MARKER[0]) start = chunkStartAround(bytes, at);
    else if (byte === HEADER_MARKER[0]) start = headerAround(bytes, at);
    if (start >= from) return start;
  }
  return -1;
}

function startsWith(bytes: Uint8Array, at: number, marker: readonly number[]): boolean {
  return marker.every((byte, index) => bytes[at + index] === byte);
}

function chunkStartAround(bytes: Uint8Array, marker: number): number {
  if (!startsWith(bytes, marker, CHUNK_MARKER) || bytes[marker - 1] !== 0x09) return -1;
  const start = marker - CHUNK_MARKER_AT;
  const head = start < 0 ? "bad" : readRecordHead(bytes, start);
  return typeof head === "object" && head.field === 2 ? start : -1;
}

function headerAround(bytes: Uint8Array, marker: number): number {
  if (!startsWith(bytes, marker, HEADER_MARKER)) return -1;
  // 0x0A <length> 0x0A <length>, each length of 1 to 4 bytes.
  for (let distance = 4; distance <= 2 + 2 * MAX_LENGTH_BYTES; distance++) {
    const start = marker - distance;
    if (start < 0) return -1;
    const head = readRecordHead(bytes, start);
    if (typeof head === "object" && head.field === 1 && head.payloadStart === marker) return start;
  }
  return -1;
}
