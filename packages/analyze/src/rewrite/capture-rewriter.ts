// SPDX-License-Identifier: MIT
import { create } from "@bufbuild/protobuf";
import {
  ChunkStartSchema,
  columns,
  EventsSchema,
  FooterSchema,
  HeaderSchema,
  SnapshotSchema,
  SourcesSchema,
} from "@pyspy/schemas";
import { crc32 } from "../bytes/crc32.ts";
import { decodeMessage } from "../read/decode-message.ts";
import { FileHead } from "../read/file-head.ts";
import { type FramingHandler, type RawRecord, RecordFramer } from "../read/framing.ts";
import { InputStream } from "../read/input-stream.ts";
import { check, Malformed } from "../read/malformed.ts";
import { decodeChunkEnd } from "../read/open-chunk.ts";
import { RecordKind, SUPPORTED_MAJOR_VERSION } from "../read/record-kind.ts";
import { RecordWriter } from "../write/record-writer.ts";
import { ChunkRewriter } from "./chunk-rewriter.ts";
import type { RewriteRules } from "./rewrite-rules.ts";

/** A part of the input that is not in the output. */
export interface RewriteLoss {
  /** Byte offset in the (decompressed) input. */
  readonly offset: number;
  readonly message: string;
}

/** The records of a chunk that has not ended yet, with the checksum of their bytes. */
interface BufferedChunk {
  readonly records: RawRecord[];
  crc: number;
}

/**
 * Writes captures anew with other texts, as their bytes arrive. Holds one chunk at a time.
 *
 * Only what this version knows is written, field by field: what a later version of the format adds is
 * left out, as nobody can say what it gives away. What is damaged is left out too, and listed: a
 * checksum that was wrong must not become right.
 */
export class CaptureRewriter implements FramingHandler {
  readonly #rules: RewriteRules;
  readonly #writer = new RecordWriter();
  readonly #framer = new RecordFramer(this);
  #head = new FileHead();
  readonly #losses: RewriteLoss[] = [];
  #input: InputStream | undefined;
  #chunk: BufferedChunk | undefined;
  /** Of the input that is being read. */
  #recordings = 0;
  #skipsRecording = false;
  #unsupportedVersion: number | undefined;

  constructor(rules: RewriteRules) {
    this.#rules = rules;
  }

  /** What was left out so far because it is damaged. */
  get losses(): readonly RewriteLoss[] {
    return this.#losses;
  }

  /** Takes the next bytes, plain or gzip; returns what is written by now. */
  push(bytes: Uint8Array): Uint8Array[] {
    this.#head.add(bytes);
    this.#input ??= new InputStream({
      onBytes: (plain) => this.#framer.push(plain),
      onDamage: (message) => this.#lose(this.#framer.offset, message),
    });
    this.#input.push(bytes);
    return this.#writer.take();
  }

  /**
   * Ends one input; another may follow. Returns the rest of what is written.
   *
   * @throws EmptyCaptureError, NotACaptureError, CaptureVersionError as the reader does.
   */
  endInput(): Uint8Array[] {
    this.#input?.finish();
    this.#input = undefined;
    this.#framer.finish();
    this.#flushCutChunk(this.#framer.offset);
    if (this.#recordings === 0) {
      throw this.#head.unreadable(this.#unsupportedVersion);
    }
    this.#recordings = 0;
    this.#head = new FileHead();
    return this.#writer.take();
  }

  /** @internal */
  onLost(_kind: "corrupt" | "truncated", offset: number, length: number): void {
    this.#flushCutChunk(offset);
    this.#lose(offset, `${length} bytes that are no record`);
  }

  /** @internal */
  onRecord(record: RawRecord): boolean {
    try {
      this.#take(record);
      return true;
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.#lose(record.offset, error.message);
      return false;
    }
  }

  #take(record: RawRecord): void {
    switch (record.field) {
      case RecordKind.header:
        this.#flushCutChunk(record.offset);
        this.#writeHeader(record);
        break;
      case RecordKind.chunkStart:
        this.#flushCutChunk(record.offset);
        this.#chunk = { records: [record], crc: crc32(record.bytes) };
        break;
      case RecordKind.chunkEnd:
        this.#endChunk(record);
        break;
      case RecordKind.footer:
        this.#flushCutChunk(record.offset);
        this.#writeFooter(record);
        break;
      default:
        if (this.#chunk === undefined) break;
        this.#chunk.records.push(record);
        this.#chunk.crc = crc32(record.bytes, this.#chunk.crc);
    }
  }

  #writeHeader(record: RawRecord): void {
    const header = decodeMessage(HeaderSchema, record.payload);
    check(header.format === "pspy", "a header of another format");
    this.#skipsRecording = header.majorVersion > SUPPORTED_MAJOR_VERSION;
    if (this.#skipsRecording) {
      this.#unsupportedVersion = header.majorVersion;
      this.#lose(record.offset, `a recording in version ${header.majorVersion} of the format`);
      return;
    }
    this.#recordings++;
    this.#rules.header(header);
    this.#writer.add({ case: "header", value: header });
  }

  #writeFooter(record: RawRecord): void {
    if (this.#skipsRecording) return;
    const footer = decodeMessage(FooterSchema, record.payload);
    footer.message = this.#rules.note(footer.message);
    this.#writer.add({ case: "footer", value: footer });
  }

  #endChunk(record: RawRecord): void {
    const chunk = this.#chunk;
    this.#chunk = undefined;
    if (chunk === undefined || this.#skipsRecording) return;
    const end = decodeChunkEnd(record);
    if (end.crc32 !== chunk.crc) {
      this.#lose(chunk.records[0]!.offset, "a chunk whose checksum does not match its bytes");
      return;
    }
    if (this.#writeRecords(chunk)) this.#writer.endChunk(end);
  }

  /** Writes a chunk that does not end: without an end. */
  #flushCutChunk(offset: number): void {
    const chunk = this.#chunk;
    this.#chunk = undefined;
    if (chunk === undefined || this.#skipsRecording) return;
    this.#writeRecords(chunk);
    this.#lose(offset, "a chunk that has no end");
  }

  /** Returns whether the chunk was begun. What follows a record that breaks a rule is left out. */
  #writeRecords({ records: [start, ...records] }: BufferedChunk): boolean {
    const rewriter = new ChunkRewriter(this.#rules);
    let begun = false;
    for (const record of [start!, ...records]) {
      try {
        this.#writeRecord(record, rewriter);
        begun = true;
      } catch (error) {
        if (!(error instanceof Malformed)) throw error;
        this.#lose(record.offset, error.message);
        break;
      }
    }
    const last = begun ? rewriter.finish() : undefined;
    if (last !== undefined) this.#writer.addTables(last);
    return begun;
  }

  #writeRecord({ field, payload, bytes }: RawRecord, rewriter: ChunkRewriter): void {
    switch (field) {
      case RecordKind.chunkStart:
        this.#writer.add({ case: "chunkStart", value: decodeMessage(ChunkStartSchema, payload) });
        break;
      case RecordKind.tables: {
        const tables = decodeMessage(columns.TablesSchema, payload);
        rewriter.tables(tables);
        this.#writer.addTables(tables);
        break;
      }
      case RecordKind.samples:
        // Nothing but numbers.
        this.#writer.addBytes(bytes);
        break;
      case RecordKind.events: {
        const value = decodeMessage(EventsSchema, payload);
        rewriter.events(value);
        this.#writer.add({ case: "events", value });
        break;
      }
      case RecordKind.snapshot: {
        const value = decodeMessage(SnapshotSchema, payload);
        const count = value.frame.reduce((sum, { variable }) => sum + variable.length, 0);
        if (this.#rules.keepsLocals(count)) this.#writer.add({ case: "snapshot", value });
        break;
      }
      case RecordKind.sources: {
        const value = decodeMessage(SourcesSchema, payload);
        if (!this.#rules.keepsSources(value.file.length)) break;
        const string = rewriter.sources(value);
        if (string.length > 0) this.#writer.addTables(create(columns.TablesSchema, { string }));
        this.#writer.add({ case: "sources", value });
        break;
      }
      default: // What a later version of the format adds.
    }
  }

  #lose(offset: number, message: string): void {
    this.#losses.push({ offset, message });
  }
}
