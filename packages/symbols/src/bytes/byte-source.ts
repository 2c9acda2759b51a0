// SPDX-License-Identifier: MIT

/** A file, read piece by piece. */
export interface ByteSource {
  readonly size: number;
  /** The bytes from `offset` on; fewer than `length` where the file ends. */
  read(offset: number, length: number): Uint8Array;
}

/** A file that is in memory. */
export function byteSourceOf(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
  };
}
