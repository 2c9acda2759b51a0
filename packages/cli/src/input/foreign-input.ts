// SPDX-License-Identifier: MIT

import { pipeline, Readable } from "node:stream";
import { createGunzip, constants as zlib } from "node:zlib";
import {
  createImporter,
  FOREIGN_FORMATS,
  type ForeignFormat,
  ForeignRecordingError,
  type ImportOptions,
  RECOGNISED_BYTES,
  recogniseForeign,
} from "@pyspy/analyze";
import { isSystemError } from "../system-error.ts";

export { RECOGNISED_BYTES };

/** Header of a capture: a record of lengths of a byte or two, its format before all else. */
export function isCaptureHead(head: Uint8Array): boolean {
  return head[0] === 0x0a && Buffer.from(head).subarray(0, 16).includes("\n\u0004pspy");
}

/** Whose format the first bytes of an input are in, plain or gzip; `undefined`: nobody's that is known. */
export async function foreignFormat(
  head: Buffer,
  whole: boolean,
): Promise<ForeignFormat | undefined> {
  if (!isGzip(head)) return recogniseForeign(head.subarray(0, RECOGNISED_BYTES), whole);
  const plain = await firstPlainBytes(head);
  return recogniseForeign(plain, whole && plain.length < RECOGNISED_BYTES);
}

/**
 * The capture that an importer makes of bytes, plain or gzip, as they come.
 *
 * @throws ForeignRecordingError, CaptureTooLargeError, and what reading throws.
 */
export async function* importedBytes(
  source: AsyncIterable<Uint8Array>,
  format: ForeignFormat,
  options: ImportOptions = {},
): AsyncGenerator<Uint8Array> {
  const importer = createImporter(format, options);
  for await (const piece of plainBytes(source, format)) yield* importer.push(piece);
  yield* importer.finish();
}

async function* plainBytes(
  source: AsyncIterable<Uint8Array>,
  format: ForeignFormat,
): AsyncGenerator<Uint8Array> {
  const pieces = source[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  let ended = false;
  while (head.length < 2 && !ended) {
    const { value, done } = await pieces.next();
    ended = done === true;
    if (value !== undefined) head = Buffer.concat([head, value]);
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield head;
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
  }
  if (!isGzip(head)) {
    yield* all();
    return;
  }
  const gunzip = pipeline(Readable.from(all()), createGunzip(), () => {});
  try {
    yield* gunzip as AsyncIterable<Uint8Array>;
  } catch (error) {
    // zlib's own errors have negative numbers; what the file system says passes.
    if (isSystemError(error) && !/^Z_/.test(error.code ?? "")) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const problem = `its gzip data cannot be read further: ${reason}`;
    throw new ForeignRecordingError(FOREIGN_FORMATS[format], "", problem, { cause: error });
  }
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The first bytes of what is compressed, as far as they are there and whole. */
async function firstPlainBytes(head: Buffer): Promise<Buffer> {
  const gunzip = createGunzip({ finishFlush: zlib.Z_SYNC_FLUSH });
  const pieces: Buffer[] = [];
  let length = 0;
  gunzip.end(head);
  try {
    for await (const piece of gunzip as AsyncIterable<Buffer>) {
      pieces.push(piece);
      length += piece.length;
      if (length >= RECOGNISED_BYTES) break;
    }
  } catch {
    // What is damaged behind this is told by whoever reads it.
  }
  gunzip.destroy();
  return Buffer.concat(pieces).subarray(0, RECOGNISED_BYTES);
}
