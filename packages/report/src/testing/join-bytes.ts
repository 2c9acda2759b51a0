// SPDX-License-Identifier: MIT

import type { OutputPiece } from "../report-format.ts";

/** An output in one piece. */
export function joinBytes(pieces: Iterable<OutputPiece>): Uint8Array {
  return Buffer.concat([...pieces].map((piece) => Buffer.from(piece)));
}
