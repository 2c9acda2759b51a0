// SPDX-License-Identifier: MIT

import { gzipSync, strToU8 } from "fflate";
import { base64 } from "../../flamegraph/payload/base64.ts";
import type { SourceFile } from "./source-file.ts";

/** Sources as they stand in a page. */
export interface PackedSources {
  /** Those that found room, in the order given. */
  readonly files: readonly SourceFile[];
  /** The recorded names of the others. */
  readonly omitted: readonly string[];
  /** The block that carries them: inert data. */
  readonly block: string;
}

/** Packs files, the first first, as long as there is room. */
export function packSources(files: readonly SourceFile[], mostBytes: number): PackedSources {
  let [fits, tooMany] = [0, files.length + 1];
  let block = "";
  while (tooMany - fits > 1) {
    // All of them first: mostly they fit.
    const count = tooMany > files.length ? files.length : (fits + tooMany) >> 1;
    const made = sourceBlock(files.slice(0, count));
    if (made.length > mostBytes) tooMany = count;
    else [fits, block] = [count, made];
  }
  return {
    files: files.slice(0, fits),
    omitted: files.slice(fits).map(({ file }) => file),
    block,
  };
}

function sourceBlock(files: readonly SourceFile[]): string {
  // No time in its header: the same page twice is the same bytes.
  const packed = gzipSync(strToU8(JSON.stringify(files)), { mtime: 0 });
  const text = [...base64(packed)].join("");
  return `<script type="application/vnd.pyspy-sources+gzip;base64" id="pyspy-sources">${text}</script>\n`;
}
