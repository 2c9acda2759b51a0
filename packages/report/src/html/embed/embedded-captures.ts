// SPDX-License-Identifier: MIT

import type { Profile } from "@pyspy/analyze";
import { blockLength, type PackedCapture } from "./packed-capture.ts";
import { type ThinnedCapture, thinnedToFit } from "./thinned-capture.ts";

/** What of the files that were read a page carries. */
export interface EmbeddedCaptures {
  /** The files themselves, or what stands for them. */
  readonly embedded: readonly PackedCapture[];
  /** In their place: fewer ticks of all of them. */
  readonly thinned: ThinnedCapture | undefined;
  /** Those that are not here as they were, as there was no room. */
  readonly omitted: readonly PackedCapture[];
  readonly mostBytes: number;
}

/**
 * All files as they are, else fewer ticks of all of them, else nothing: a page that answered from a part of the
 * time that was recorded, and says the opposite above, would be worse than one that does not answer.
 *
 * @param recorded what the files hold.
 * @param taken bytes that the rest of the page takes.
 */
export function embeddedCaptures(
  captures: readonly PackedCapture[],
  recorded: Profile,
  mostBytes: number,
  taken: number,
): EmbeddedCaptures {
  const needed = captures.reduce((sum, each) => sum + blockLength(each), taken);
  if (needed <= mostBytes) {
    return { embedded: captures, thinned: undefined, omitted: [], mostBytes };
  }
  const thinned = thinnedToFit(captures, recorded, mostBytes - taken);
  const embedded = thinned === undefined ? [] : [thinned.capture];
  return { embedded, thinned, omitted: captures, mostBytes };
}
