// SPDX-License-Identifier: MIT
import { Decompress } from "fzstd";
import { ForeignRecordingError } from "../../errors.ts";
import { FOREIGN_FORMATS } from "../foreign-format.ts";
import { WholeInput } from "../whole-input.ts";

/** Of samples without compression. */
const MOST_BYTES = 512 * 2 ** 20;
/** What the decompressor takes at once; the recorder's level asks for 2 MiB. */
const LARGEST_WINDOW = 2 ** 27;
const SLICE_BYTES = 1 << 16;

/**
 * Unpacks one zstd stream.
 *
 * @throws ForeignRecordingError when it is damaged or asks for memory out of proportion.
 */
export function unpackZstd(bytes: Uint8Array): Uint8Array {
  if (windowBytes(bytes) > LARGEST_WINDOW) fail("its compressed samples ask for too much memory");
  const plain = new WholeInput(FOREIGN_FORMATS.tachyon, MOST_BYTES);
  let ended = false;
  const decompressor = new Decompress((piece, final) => {
    plain.push(piece);
    ended ||= final === true;
  });
  try {
    for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
      const end = Math.min(at + SLICE_BYTES, bytes.length);
      decompressor.push(bytes.subarray(at, end), end === bytes.length);
    }
  } catch (error) {
    if (error instanceof ForeignRecordingError) throw error;
    fail(`its compressed samples are damaged: ${error instanceof Error ? error.message : error}`);
  }
  if (!ended && bytes.length > 0) fail("its compressed samples are cut off");
  return plain.bytes();
}

/** Window of the first frame (RFC 8878, 3.1.1.1); of a single segment the size of what is packed. */
function windowBytes(bytes: Uint8Array): number {
  const descriptor = bytes[4] ?? 0;
  const single = (descriptor & 0x20) !== 0;
  if (!single) {
    const window = bytes[5] ?? 0;
    const base = 2 ** (10 + (window >>> 3));
    return base + (base / 8) * (window & 7);
  }
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
  const sizeBytes = [1, 2, 4, 8][descriptor >>> 6]!;
  let size = 0;
  for (let i = sizeBytes - 1; i >= 0; i--)
    size = size * 256 + (bytes[5 + dictionaryBytes + i] ?? 0);
  return size;
}

function fail(problem: string): never {
  throw new ForeignRecordingError(FOREIGN_FORMATS.tachyon, "", problem);
}
