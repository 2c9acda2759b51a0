// SPDX-License-Identifier: MIT

import type { OutputPiece } from "@pyspy/report";

/** Bytes that are worth a system call. */
const BATCH_BYTES = 1 << 18;

/** The same output as bytes, in fewer, larger pieces. */
export function* batched(pieces: Iterable<OutputPiece>): Generator<Uint8Array> {
  let waiting: OutputPiece[] = [];
  let length = 0;
  for (const piece of pieces) {
    waiting.push(piece);
    length += piece.length;
    if (length < BATCH_BYTES) continue;
    yield joined(waiting);
    waiting = [];
    length = 0;
  }
  if (length > 0) yield joined(waiting);
}

function joined(pieces: readonly OutputPiece[]): Uint8Array {
  // Text in one go: a surrogate pair may be split between two pieces.
  if (pieces.every((piece) => typeof piece === "string")) return Buffer.from(pieces.join(""));
  return Buffer.concat(
    pieces.map((piece) => (typeof piece === "string" ? Buffer.from(piece) : piece)),
  );
}
