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

/** Header.format with its tag and its length. */
const FORMAT_FIELD = "\n\u0004pspy";

function startsCapture(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.subarray(0, 24)).toString("latin1");
  if (!text.startsWith("\n")) return false;
  const payload = afterVarint(text.slice(1));
  return payload.startsWith("\n") && afterVarint(payload.slice(1)).startsWith(FORMAT_FIELD);
}

/** What follows a length: any bytes with the top bit set, then one without. */
function afterVarint(text: string): string {
  return text.replace(/^[\x80-\xff]{0,4}./s, "");
}
