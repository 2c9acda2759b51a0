// SPDX-License-Identifier: MIT

/** Characters that are worth a system call. */
const BATCH_LENGTH = 1 << 18;

/** The same text in fewer, larger pieces. */
export function* batched(pieces: Iterable<string>): Generator<string> {
  let waiting: string[] = [];
  let length = 0;
  for (const piece of pieces) {
    waiting.push(piece);
    length += piece.length;
    if (length < BATCH_LENGTH) continue;
    yield waiting.join("");
    waiting = [];
    length = 0;
  }
  if (length > 0) yield waiting.join("");
}
