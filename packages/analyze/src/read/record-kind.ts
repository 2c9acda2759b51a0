// SPDX-License-Identifier: MIT

/** Field numbers of `Record` in pspy.proto. A record with another number is skipped. */
export const RecordKind = {
  header: 1,
  chunkStart: 2,
  tables: 3,
  samples: 4,
  events: 5,
  chunkEnd: 6,
  footer: 7,
  snapshot: 8,
  sources: 9,
} as const;

/** ChunkStart.marker: "PSPYCHNK" in the order of the bytes. */
export const CHUNK_START_MARKER = 0x4b4e484359505350n;

/** The largest major version of the format that this reader knows. */
export const SUPPORTED_MAJOR_VERSION = 1;
