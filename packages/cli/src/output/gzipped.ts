// SPDX-License-Identifier: MIT

import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";

/**
 * The bytes compressed, piece by piece. Equal input gives equal output: the header has no time and
 * no name.
 *
 * @throws what the source throws.
 */
export async function* gzipped(
  pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const gzip = createGzip();
  const pumped = pipeline(Readable.from(pieces), gzip);
  // Reading the result throws the same error; this keeps it from being reported as unhandled.
  pumped.catch(() => {});
  yield* gzip as AsyncIterable<Uint8Array>;
  await pumped;
}
