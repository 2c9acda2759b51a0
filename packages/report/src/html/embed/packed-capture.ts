// SPDX-License-Identifier: MIT

import { base64 } from "../../flamegraph/payload/base64.ts";
import { escapeXml } from "../../text/escape-xml.ts";

/** A file that a report carries, compressed. */
export interface PackedCapture {
  /** Its name without directories: "run.pspy". */
  readonly name: string;
  /** Length of the file as it was. */
  readonly fileBytes: number;
  /** The file with gzip around it; itself, if it was gzip already. */
  readonly gzip: Uint8Array;
  /** Whether the gzip is ours, and is taken off again when the file is taken out. */
  readonly packed: boolean;
  /** Of as many ticks of what was recorded, one is here; default 1. */
  readonly every?: number;
  /** Of a comparison, which sides it is of. */
  readonly sides?: readonly ("before" | "after")[];
}

/** What every block begins with; the analyzer's `reportCaptures` finds it by this. */
const BLOCK_START = '<script type="application/vnd.pyspy-capture+gzip;base64"';

/**
 * The block that carries a capture: inert data, which no browser runs and no content security policy asks about.
 * Base64 has no character that could end it.
 */
export function* captureBlock({
  name,
  fileBytes,
  packed,
  gzip,
  every = 1,
  sides = [],
}: PackedCapture): Generator<string> {
  const thinned = every > 1 ? ` data-every="${every}"` : "";
  const sided = sides.length > 0 ? ` data-sides="${sides.join(" ")}"` : "";
  yield `${BLOCK_START} data-name="${escapeXml(name)}" data-bytes="${fileBytes}" data-packed="${packed}"${thinned}${sided}>`;
  yield* base64(gzip);
  yield "</script>\n";
}

/** Characters that a block takes, nearly. */
export function blockLength({ gzip }: PackedCapture): number {
  return Math.ceil(gzip.length / 3) * 4;
}
