// SPDX-License-Identifier: MIT
import { create } from "@bufbuild/protobuf";
import {
  type ChunkEnd,
  ChunkStartSchema,
  type Footer,
  FooterSchema,
  type Header,
  HeaderSchema,
} from "@pyspy/schemas";
import { NotACaptureError } from "../errors.ts";
import type { Profile } from "../model/profile.ts";
import { ProfileBuilder } from "../model/profile-builder.ts";
import { DamageLog } from "./damage-log.ts";
import { decodeMessage } from "./decode-message.ts";
import { FileHead } from "./file-head.ts";
import { type FramingHandler, type RawRecord, RecordFramer } from "./framing.ts";
import { InputStream } from "./input-stream.ts";
import { check, Malformed } from "./malformed.ts";
import { type ChunkBuffers, createChunkBuffers, decodeChunkEnd, OpenChunk } from "./open-chunk.ts";
import { type OwnWeightTypes, ownWeightTypes } from "./own-weights.ts";
import { CHUNK_START_MARKER, RecordKind, SUPPORTED_MAJOR_VERSION } from "./record-kind.ts";
import { RecordingReader } from "./recording-reader.ts";

/**
 * Reads captures that arrive in pieces, from a pipe for instance. Several captures one after the
 * other become one profile.
 *
 * What is damaged is left out and listed in `Profile.damage`; see there. Memory grows with what the
 * recordings hold, not with the length of the input.
 *
 * @example
 * const reader = new CaptureReader();
 * for await (const bytes of stream) reader.push(bytes);
 * const profile = reader.finish();
 */
export class CaptureReader implements FramingHandler {
  readonly #builder = new ProfileBuilder();
  readonly #damage = new DamageLog();
  readonly #buffers: ChunkBuffers = createChunkBuffers();
  readonly #framer = new RecordFramer(this);
  readonly #head = new FileHead();
  #input: InputStream | undefined;
  #recording: RecordingReader | undefined;
  #chunk: OpenChunk | undefined;
  #headerRateHertz = 0;
  #ownWeights: OwnWeightTypes | undefined;
  #lastSequence: bigint | undefined;
  /** Damages when the last chunk began: more of them explain a missing chunk. */
  #damagesBefore = 0;
  /** Records are skipped until the next recording, as its version is not known. */
  #skipsRecording = false;
  #unsupportedVersion: number | undefined;
  /** Why not even the first byte of a compressed file can be had. */
  #brokenHead: string | undefined;
  #finished = false;

  /**
   * Takes the next bytes, of any number, plain or gzip. They must not change before `finish`.
   *
   * @throws CaptureTooLargeError
   */
  push(bytes: Uint8Array): void {
    if (this.#finished) throw new Error("the capture reader has finished");
    this.#head.add(bytes);
    this.#input ??= new InputStream({
      onBytes: (plain) => this.#framer.push(plain),
      onDamage: (message) => this.breakInput(message),
    });
    this.#input.push(bytes);
  }

  /**
   * Says that no more can be had of a file, whose bytes the caller decompresses, as its compressed data
   * are damaged or cut off. What was pushed of it counts.
   *
   * @param message says what is wrong: "unexpected end of file".
   */
  breakInput(message: string): void {
    const text = `the gzip data cannot be read further: ${message}`;
    if (this.#head.isEmpty) this.#brokenHead ??= text;
    this.#damage.add("corrupt", this.#framer.offset, 0, text);
  }

  /** Says that the bytes of one file end here and those of another follow. */
  endInput(): void {
    this.#input?.finish();
    this.#input = undefined;
    this.#framer.finish();
  }

  /**
   * Ends the input and returns what it holds.
   *
   * @throws EmptyCaptureError when there was no byte.
   * @throws NotACaptureError when nothing could be read.
   * @throws CaptureVersionError when nothing could be read because it is of a later version.
   */
  finish(): Profile {
    this.endInput();
    this.#finished = true;
    const end = this.#framer.offset;
    this.#endRecording(undefined, end);
    this.#damage.close(end);
    if (this.#builder.recordingCount === 0) {
      if (this.#brokenHead !== undefined) throw new NotACaptureError("gzip", this.#brokenHead);
      throw this.#head.unreadable(this.#unsupportedVersion);
    }
    return this.#builder.build(this.#damage.list());
  }

  /** @internal */
  onLost(kind: "corrupt" | "truncated", offset: number, length: number): void {
    this.#closeChunk(undefined, offset);
    if (this.#skipsRecording) return;
    this.#damage.close(offset);
    const message =
      kind === "truncated"
        ? "the file is cut off within a record"
        : "no record begins here; reading goes on at the next chunk";
    this.#damage.add(kind, offset, length, message);
  }

  /** @internal */
  onRecord(record: RawRecord): boolean {
    try {
      return this.#take(record);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.#closeChunk(undefined, record.offset);
      this.#damage.open("corrupt", record.offset, error.message);
      return false;
    }
  }

  #take(record: RawRecord): boolean {
    if (record.field === RecordKind.header) this.#startRecording(record);
    else if (this.#skipsRecording) return true;
    else if (record.field === RecordKind.chunkStart) this.#startChunk(record);
    else if (record.field === RecordKind.chunkEnd) this.#endChunk(record);
    else if (record.field === RecordKind.footer) this.#readFooter(record);
    else if (this.#chunk !== undefined) return this.#chunk.add(record);
    else if (record.field < RecordKind.footer) {
      this.#damage.open("corrupt", record.offset, "a record outside of a chunk");
    }
    return true;
  }

  #startRecording(record: RawRecord): void {
    const header = decodeMessage(HeaderSchema, record.payload);
    check(header.format === "pspy", "a header of another format");
    this.#endRecording(undefined, record.offset);
    this.#damage.close(record.offset);
    this.#skipsRecording = header.majorVersion > SUPPORTED_MAJOR_VERSION;
    if (this.#skipsRecording) {
      this.#unsupportedVersion = header.majorVersion;
      const message = `a recording in version ${header.majorVersion} of the format`;
      this.#damage.open("unsupported-version", record.offset, message);
      return;
    }
    this.#beginRecording(header);
  }

  #beginRecording(header: Header): void {
    this.#recording = new RecordingReader(this.#builder, header);
    this.#headerRateHertz = header.options?.rateHertz ?? 0;
    this.#ownWeights = ownWeightTypes(header);
    this.#lastSequence = undefined;
    this.#damagesBefore = this.#damage.count;
  }

  #startChunk(record: RawRecord): void {
    const start = decodeMessage(ChunkStartSchema, record.payload);
    check(start.marker === CHUNK_START_MARKER, "a chunk without its marker");
    check(start.tickUnitNanos > 0, "a chunk without a tick unit");
    this.#closeChunk(undefined, record.offset);
    this.#damage.close(record.offset);
    const last = this.#lastSequence;
    if (this.#recording === undefined || (last !== undefined && start.sequence <= last)) {
      this.#endRecording(undefined, record.offset);
      this.#damage.add("corrupt", record.offset, 0, "a recording without its header");
      this.#beginRecording(create(HeaderSchema, { format: "pspy" }));
    } else if (last !== undefined && start.sequence > last + 1n) {
      if (this.#damage.count === this.#damagesBefore) {
        const message = `chunks ${last + 1n} to ${start.sequence - 1n} are missing`;
        this.#damage.add("missing-chunk", record.offset, 0, message);
      }
    }
    this.#damagesBefore = this.#damage.count;
    this.#lastSequence = start.sequence;
    const rateHertz = start.rateHertz > 0 ? start.rateHertz : this.#headerRateHertz;
    const rules = { rateHertz, ownWeights: this.#ownWeights };
    this.#chunk = new OpenChunk(start, record, rules, this.#buffers);
  }

  #endChunk(record: RawRecord): void {
    const end = decodeChunkEnd(record);
    if (this.#chunk === undefined) {
      this.#damage.open("corrupt", record.offset, "the end of a chunk that has no start");
      return;
    }
    this.#closeChunk(end, record.offset + record.bytes.length);
  }

  /** Uses the open chunk as far as it is good. No end: the chunk is cut off. */
  #closeChunk(end: ChunkEnd | undefined, endOffset: number): void {
    const chunk = this.#chunk;
    if (chunk === undefined) return;
    this.#chunk = undefined;
    const { offset, flaw } = chunk;
    if (end !== undefined && !chunk.matches(end)) {
      const message = `the checksum of chunk ${chunk.start.sequence} does not match its bytes`;
      this.#damage.add("checksum", offset, endOffset - offset, message);
      return;
    }
    if (flaw !== undefined) {
      this.#damage.add("corrupt", flaw.offset, endOffset - flaw.offset, flaw.message);
    }
    this.#recording?.add(chunk.finish(end));
  }

  #readFooter(record: RawRecord): void {
    const footer = decodeMessage(FooterSchema, record.payload);
    check(footer.timeNanos <= Number.MAX_SAFE_INTEGER, "a recording of more than 104 days");
    this.#damage.close(record.offset);
    if (this.#recording === undefined) {
      this.#damage.add("corrupt", record.offset, record.bytes.length, "a footer without a header");
      return;
    }
    this.#endRecording(footer, record.offset);
  }

  #endRecording(footer: Footer | undefined, offset: number): void {
    if (this.#chunk !== undefined) {
      const message = `chunk ${this.#chunk.start.sequence} has no end`;
      this.#closeChunk(undefined, offset);
      this.#damage.add("truncated", offset, 0, message);
    }
    this.#recording?.finish(footer);
    this.#recording = undefined;
  }
}
