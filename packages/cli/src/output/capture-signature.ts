// SPDX-License-Identifier: MIT

import { closeSync, openSync, readSync } from "node:fs";
import { constants, gunzipSync } from "node:zlib";

/** Enough of a file to hold the first field of its header, also when compressed. */
const HEAD_BYTES = 512;

/**
 * Whether an existing file is a capture, plain or gzipped, by its first bytes. A file that cannot be
 * opened for reading is not taken for one.
 *
 * A capture begins with a record (0x0A, length) that is a header (0x0A, length) whose first field is
 * the text "pspy" (0x0A, 4, ...); docs/capture-format.md, recognising a capture.
 */
export function isCaptureFile(path: string): boolean {
  const head = readHead(path);
  return head !== undefined && startsCapture(unzipped(head));
}

function readHead(path: string): Uint8Array | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch {
    return undefined;
  }
  try {
    const head = new Uint8Array(HEAD_BYTES);
    return head.subarray(0, readSync(descriptor, head));
  } finally {
    closeSync(descriptor);
  }
}

function unzipped(head: Uint8Array): Uint8Array {
  if (head[0] !== 0x1f || head[1] !== 0x8b) return head;
  try {
    // Sync flush: what can be had from a part of the stream, without a complaint that it ends.
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return head;
  }
}

function startsCapture(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.subarray(0, 24)).toString("latin1");
  // Lengths are varints: any bytes with the top bit set, then one without.
  return /^\n[\x80-\xff]{0,4}[\0-\x7f]\n[\x80-\xff]{0,4}[\0-\x7f]\n\x04pspy/.test(text);
}
