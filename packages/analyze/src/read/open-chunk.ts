// SPDX-License-Identifier: MIT
import {
  type ChunkEnd,
  ChunkEndSchema,
  type ChunkStart,
  columns,
  type Event,
  EventsSchema,
  type Snapshot,
  SnapshotSchema,
} from "@pyspy/schemas";
import { crc32 } from "../bytes/crc32.ts";
import { ChunkTables } from "./chunk-tables.ts";
import { decodeMessage } from "./decode-message.ts";
import type { RawRecord } from "./framing.ts";
import { check, Malformed } from "./malformed.ts";
import type { OwnWeightTypes } from "./own-weights.ts";
import { RecordKind } from "./record-kind.ts";
import type { ReadChunk } from "./recording-reader.ts";
import { type BlockContext, SampleBlockDecoder } from "./sample-block.ts";
import { StagedRuns } from "./staged-runs.ts";
import { checkSnapshot, MAX_SNAPSHOTS } from "./thread-variables.ts";
import { tickLimitNanos } from "./tick-weight.ts";

const MAX_EVENTS = 1 << 20;

/** Buffers that every chunk uses again. */
export interface ChunkBuffers {
  readonly runs: StagedRuns;
  readonly blocks: SampleBlockDecoder;
}

export function createChunkBuffers(): ChunkBuffers {
  return { runs: new StagedRuns(), blocks: new SampleBlockDecoder() };
}

/** Why a chunk is not used to its end. */
export interface ChunkFlaw {
  readonly offset: number;
  readonly message: string;
}

/** What its recording says of a chunk. */
export interface ChunkRules {
  /** In force in this chunk. */
  readonly rateHertz: number;
  readonly ownWeights: OwnWeightTypes | undefined;
}

/** A chunk between its start and its end: what was read of it, none of it in the profile yet. */
export class OpenChunk {
  readonly start: ChunkStart;
  readonly offset: number;
  readonly #buffers: ChunkBuffers;
  readonly #context: BlockContext;
  readonly #events: Event[] = [];
  readonly #snapshots: Snapshot[] = [];
  #crc = 0;
  #flaw: ChunkFlaw | undefined;

  constructor(
    start: ChunkStart,
    record: RawRecord,
    { rateHertz, ownWeights }: ChunkRules,
    buffers: ChunkBuffers,
  ) {
    this.start = start;
    this.offset = record.offset;
    this.#buffers = buffers;
    this.#context = {
      tables: new ChunkTables(),
      tickUnitNanos: start.tickUnitNanos,
      limitNanos: tickLimitNanos(rateHertz),
      ownWeights,
    };
    this.#crc = crc32(record.bytes);
    buffers.runs.clear();
  }

  /** The first record that could not be used; those after it were skipped. */
  get flaw(): ChunkFlaw | undefined {
    return this.#flaw;
  }

  /** Takes a record between the chunk's start and end. Returns false if it could not be used. */
  add(record: RawRecord): boolean {
    this.#crc = crc32(record.bytes, this.#crc);
    if (this.#flaw !== undefined) return true;
    try {
      this.#decode(record);
      return true;
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.#flaw = { offset: record.offset, message: error.message };
      return false;
    }
  }

  /** Says whether the bytes of the chunk are those that were written. */
  matches(end: ChunkEnd): boolean {
    return end.crc32 === this.#crc;
  }

  /** The chunk as far as it could be read. */
  finish(end: ChunkEnd | undefined): ReadChunk {
    return {
      start: this.start,
      tables: this.#context.tables,
      runs: this.#buffers.runs,
      events: this.#events,
      snapshots: this.#snapshots,
      end,
      whole: end !== undefined && this.#flaw === undefined,
    };
  }

  #decode(record: RawRecord): void {
    const { tables } = this.#context;
    switch (record.field) {
      case RecordKind.tables:
        tables.add(decodeMessage(columns.TablesSchema, record.payload));
        break;
      case RecordKind.samples: {
        const block = decodeMessage(columns.SampleBlockSchema, record.payload);
        this.#buffers.blocks.decode(block, this.#context, this.#buffers.runs);
        break;
      }
      case RecordKind.events:
        this.#addEvents(decodeMessage(EventsSchema, record.payload).event);
        break;
      case RecordKind.snapshot: {
        const snapshot = decodeMessage(SnapshotSchema, record.payload);
        check(this.#snapshots.length < MAX_SNAPSHOTS, "too many snapshots in a chunk");
        checkSnapshot(snapshot, tables.owners.length);
        this.#snapshots.push(snapshot);
        break;
      }
      default: // Sources, and what later versions add.
    }
  }

  #addEvents(events: readonly Event[]): void {
    check(this.#events.length + events.length <= MAX_EVENTS, "too many events in a chunk");
    const processCount = this.#context.tables.processes.length;
    for (const event of events) {
      check(event.timeNanos <= Number.MAX_SAFE_INTEGER, "an event later than 104 days");
      const { kind } = event;
      if (kind.case === undefined || kind.case === "threadExited") continue;
      const { process } = kind.value;
      const known = process <= processCount && (process > 0 || kind.case === "note");
      check(known, `an event of process ${process}`);
      this.#events.push(event);
    }
  }
}

/** @throws Malformed */
export function decodeChunkEnd(record: RawRecord): ChunkEnd {
  const end = decodeMessage(ChunkEndSchema, record.payload);
  check(end.timeNanos <= Number.MAX_SAFE_INTEGER, "a chunk that ends after 104 days");
  return end;
}
