// SPDX-License-Identifier: MIT

const SLICES = 8;

/**
 * CRC-32 of IEEE 802.3 (reflected polynomial 0xEDB88320), eight bytes a step: table k gives the
 * effect of a byte that stands k bytes before the end of the step.
 */
const TABLES: readonly Int32Array[] = makeTables();

function makeTables(): Int32Array[] {
  const tables = Array.from({ length: SLICES }, () => new Int32Array(256));
  const bytewise = tables[0]!;
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    bytewise[byte] = crc;
  }
  for (let slice = 1; slice < SLICES; slice++) {
    for (let byte = 0; byte < 256; byte++) {
      const before = tables[slice - 1]![byte]!;
      tables[slice]![byte] = bytewise[before & 0xff]! ^ (before >>> 8);
    }
  }
  return tables;
}

/**
 * CRC-32 as in gzip and PNG, unsigned.
 *
 * @param before result for the bytes before these: crc32(b, crc32(a)) is the CRC of a and b.
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES as readonly [
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  let crc = ~before;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    crc ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    crc =
      t7[crc & 0xff]! ^
      t6[(crc >>> 8) & 0xff]! ^
      t5[(crc >>> 16) & 0xff]! ^
      t4[crc >>> 24]! ^
      t3[bytes[at + 4]!]! ^
      t2[bytes[at + 5]!]! ^
      t1[bytes[at + 6]!]! ^
      t0[bytes[at + 7]!]!;
  }
  for (; at < bytes.length; at++) crc = t0[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
