// SPDX-License-Identifier: MIT
import { unzlibSync } from "fflate";
import { decompress } from "fzstd";
import { ByteCursor } from "../bytes/byte-cursor.ts";
import { damaged } from "../bytes/damaged.ts";

const ELFCOMPRESS_ZLIB = 1;
const ELFCOMPRESS_ZSTD = 2;
/** Deflate's best; a size beyond is a lie, and no memory is taken for it. */
const BEST_RATIO = 1032;
/** What Zstandard makes of equal bytes is without a limit; debug information is not such. */
const LIKELY_RATIO = 4096;

/**
 * The content of a section with SHF_COMPRESSED (System V ABI, "Section Compression").
 *
 * @throws DamagedFile
 */
export function decompressSection(bytes: Uint8Array, mostBytes: number): Uint8Array {
  const header = new ByteCursor(bytes);
  const type = header.u32();
  header.u32();
  const size = header.u64();
  header.u64();
  const packed = bytes.subarray(header.at);
  const ratio = type === ELFCOMPRESS_ZLIB ? BEST_RATIO : LIKELY_RATIO;
  if (size > mostBytes || size > packed.length * ratio) damaged(`a section of ${size} bytes`);
  try {
    // Zstandard's reader takes a buffer as the size that the data may have at most.
    if (type === ELFCOMPRESS_ZLIB) return unzlibSync(packed, { out: new Uint8Array(size) });
    if (type === ELFCOMPRESS_ZSTD) return decompress(packed, new Uint8Array(size));
  } catch (error) {
    damaged(`compressed data: ${error instanceof Error ? error.message : error}`);
  }
  return damaged(`compression ${type}`);
}
