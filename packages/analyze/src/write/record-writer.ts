// SPDX-License-Identifier: MIT
import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { type ChunkEndSchema, columns, RecordSchema } from "@pyspy/schemas";
import { crc32 } from "../bytes/crc32.ts";

type RecordInit = Extract<MessageInitShape<typeof RecordSchema>, { $typeName?: never }>;
/** The one member of a record. */
export type RecordBody = NonNullable<RecordInit["body"]>;

/** Writes records one after the other, as the grammar of the format has them. */
export class RecordWriter {
  #parts: Uint8Array[] = [];
  #crc = 0;

  add(body: RecordBody): void {
    if (body.case === "chunkStart") this.#crc = 0;
    this.#addRecord(toBinary(RecordSchema, create(RecordSchema, { body })));
  }

  /** Adds tables whose columns were not decoded. */
  addTables(value: columns.Tables): void {
    const record = create(columns.RecordSchema, { body: { case: "tables", value } });
    this.#addRecord(toBinary(columns.RecordSchema, record));
  }

  /** Adds anything, which then counts for the chunk's checksum. */
  addBytes(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#crc = crc32(bytes, this.#crc);
  }

  /** Ends the chunk with the checksum of its bytes. */
  endChunk(end: Omit<MessageInitShape<typeof ChunkEndSchema>, "$typeName" | "crc32">): void {
    this.add({ case: "chunkEnd", value: { ...end, crc32: this.#crc } });
  }

  /** All that was written. */
  bytes(): Uint8Array {
    return concatBytes(this.#parts);
  }

  /** What was written since this was called last; it is not kept. */
  take(): Uint8Array[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }

  #addRecord(record: Uint8Array): void {
    for (const part of frameRecord(record)) this.addBytes(part);
  }
}

/** A record as it stands in a file: behind its tag and length. */
export function frameRecord(record: Uint8Array): [head: Uint8Array, record: Uint8Array] {
  return [Uint8Array.of(0x0a, ...varint(record.length)), record];
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
