// SPDX-License-Identifier: MIT
import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";
import { Malformed } from "./malformed.ts";

/**
 * Most entries that one message may have at its top level. An entry takes 2 bytes in the file and
 * a hundred in memory; no honest record comes near.
 */
const MAX_FIELDS = 1 << 20;

/**
 * Decodes a message of the capture.
 *
 * @throws Malformed for bytes that are not such a message.
 */
export function decodeMessage<T extends DescMessage>(
  schema: T,
  bytes: Uint8Array,
): MessageShape<T> {
  checkFieldCount(bytes);
  try {
    return fromBinary(schema, bytes, { readUnknownFields: false });
  } catch (error) {
    throw new Malformed(`not a valid ${schema.name}: ${String(error)}`);
  }
}

/** Refuses what would take memory out of proportion, before anything is built of it. */
function checkFieldCount(bytes: Uint8Array): void {
  let at = 0;
  for (let count = 0; at < bytes.length; count++) {
    if (count > MAX_FIELDS) throw new Malformed(`more than ${MAX_FIELDS} entries in a record`);
    const wireType = bytes[at]! & 7;
    at = afterVarint(bytes, at);
    if (wireType === 0) at = afterVarint(bytes, at);
    else if (wireType === 1) at += 8;
    else if (wireType === 5) at += 4;
    else if (wireType === 2) {
      let length = 0;
      const start = at;
      at = afterVarint(bytes, at);
      for (let i = start; i < at; i++) length += (bytes[i]! & 0x7f) * 2 ** (7 * (i - start));
      at += length;
    } else throw new Malformed(`wire type ${wireType}`);
  }
}

function afterVarint(bytes: Uint8Array, at: number): number {
  let end = at;
  while (end < bytes.length && bytes[end]! >= 0x80) end++;
  return end + 1;
}
