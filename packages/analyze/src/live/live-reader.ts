// SPDX-License-Identifier: MIT
import {
  ChunkStartSchema,
  type Footer,
  FooterSchema,
  type Header,
  HeaderSchema,
} from "@pyspy/schemas";
import type { Profile } from "../model/profile.ts";
import { ProfileBuilder } from "../model/profile-builder.ts";
import { decodeMessage } from "../read/decode-message.ts";
import { FileHead } from "../read/file-head.ts";
import { type FramingHandler, type RawRecord, RecordFramer } from "../read/framing.ts";
import { Malformed } from "../read/malformed.ts";
import { type ChunkBuffers, createChunkBuffers, OpenChunk } from "../read/open-chunk.ts";
import { ownWeightTypes } from "../read/own-weights.ts";
import { RecordKind, SUPPORTED_MAJOR_VERSION } from "../read/record-kind.ts";
import { RecordingReader } from "../read/recording-reader.ts";

/** What a live stream has told since the last time. */
export interface LiveWindow {
  /**
   * The ticks of a block of samples (with native frames: of a chunk), as a profile of its own. Its last tick is taken to last one
   * period; times count from the start of the recording.
   */
  readonly profile: Profile;
}

/** How a stream came to its end. */
export interface LiveEnd {
  /** The agent's last word; `undefined`: there is none, as when the agent was killed. */
  readonly footer: Footer | undefined;
  /** Records that could not be used. */
  readonly damages: number;
}

/**
 * Reads a capture while it is made: as soon as a block of samples is there it is a window, long before
 * its chunk has an end and a checksum to confirm it. What is damaged is left out and counted; memory
 * does not grow with the length of the stream.
 */
export class LiveReader implements FramingHandler {
  readonly #framer = new RecordFramer(this);
  readonly #head = new FileHead();
  readonly #buffers: ChunkBuffers = createChunkBuffers();
  #windows: LiveWindow[] = [];
  #header: Header | undefined;
  #chunk: OpenChunk | undefined;
  #footer: Footer | undefined;
  #damages = 0;
  #newerVersion: number | undefined;

  /** Takes the next bytes, not compressed; returns what they make known. */
  push(bytes: Uint8Array): readonly LiveWindow[] {
    this.#head.add(bytes);
    this.#framer.push(bytes);
    this.#framer.passHeld();
    const windows = this.#windows;
    this.#windows = [];
    return windows;
  }

  /** The recording has said that it ends. */
  get hasEnded(): boolean {
    return this.#footer !== undefined;
  }

  /**
   * Ends the stream.
   *
   * @throws EmptyCaptureError, NotACaptureError, CaptureVersionError when no capture ever began.
   */
  finish(): LiveEnd {
    if (this.#header === undefined) {
      throw this.#head.unreadable(this.#newerVersion);
    }
    return { footer: this.#footer, damages: this.#damages };
  }

  /** @internal */
  onLost(): void {
    this.#chunk = undefined;
    this.#damages++;
  }

  /** @internal */
  onRecord(record: RawRecord): boolean {
    try {
      return this.#take(record);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.#damages++;
      return false;
    }
  }

  #take(record: RawRecord): boolean {
    switch (record.field) {
      case RecordKind.header:
        return this.#begin(decodeMessage(HeaderSchema, record.payload));
      case RecordKind.footer:
        this.#footer = decodeMessage(FooterSchema, record.payload);
        return true;
      case RecordKind.chunkStart: {
        const start = decodeMessage(ChunkStartSchema, record.payload);
        const rateHertz = start.rateHertz > 0 ? start.rateHertz : this.#rateHertz;
        const rules = { rateHertz, ownWeights: this.#header && ownWeightTypes(this.#header) };
        this.#chunk = new OpenChunk(start, record, rules, this.#buffers);
        return true;
      }
      case RecordKind.chunkEnd:
        if (this.#waitsForNames) this.#emit();
        this.#chunk = undefined;
        return true;
      default:
        return this.#addToChunk(record);
    }
  }

  get #rateHertz(): number {
    return this.#header?.options?.rateHertz ?? 0;
  }

  #begin(header: Header): boolean {
    this.#chunk = undefined;
    this.#footer = undefined;
    if (header.majorVersion > SUPPORTED_MAJOR_VERSION) this.#newerVersion = header.majorVersion;
    else this.#header = header;
    return true;
  }

  #addToChunk(record: RawRecord): boolean {
    const chunk = this.#chunk;
    if (chunk === undefined || this.#header === undefined) return true;
    const good = chunk.add(record);
    if (!good) this.#damages++;
    if (record.field === RecordKind.samples && !this.#waitsForNames) this.#emit();
    return good;
  }

  /** Native frames get their names at the end of a chunk: the agent makes them short in a stream. */
  get #waitsForNames(): boolean {
    return this.#header?.options?.native === true;
  }

  #emit(): void {
    const { runs } = this.#buffers;
    if (this.#chunk === undefined || this.#header === undefined) return;
    if (runs.lastTickNanos === undefined) return;
    const builder = new ProfileBuilder();
    const recording = new RecordingReader(builder, this.#header);
    recording.add(this.#chunk.finish(undefined));
    recording.finish(undefined);
    runs.clear();
    this.#windows.push({ profile: builder.build([]) });
  }
}
