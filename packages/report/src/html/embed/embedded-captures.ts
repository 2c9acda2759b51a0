// SPDX-License-Identifier: MIT

import { blockLength, type PackedCapture } from "./packed-capture.ts";

/** Which files a page carries. */
export interface EmbeddedCaptures {
  readonly embedded: readonly PackedCapture[];
  /** Those for which there was no room. */
  readonly omitted: readonly PackedCapture[];
  readonly mostBytes: number;
}

/**
 * All files or none: a page that answered from a part of what was recorded, and says the opposite above, would
 * be worse than one that does not answer.
 *
 * @param taken bytes that the rest of the page takes.
 */
export function embeddedCaptures(
  captures: readonly PackedCapture[],
  mostBytes: number,
  taken: number,
): EmbeddedCaptures {
  const needed = captures.reduce((sum, each) => sum + blockLength(each), taken);
  return needed <= mostBytes
    ? { embedded: captures, omitted: [], mostBytes }
    : { embedded: [], omitted: captures, mostBytes };
}
