// SPDX-License-Identifier: MIT
import { create, toBinary } from "@bufbuild/protobuf";
import { type Header, HeaderSchema, LabelSchema, RecordSchema } from "@pyspy/schemas";
import { hexadecimal } from "../bytes/hexadecimal.ts";
import { decodeMessage } from "../read/decode-message.ts";
import { FileHead } from "../read/file-head.ts";
import { type FramingHandler, type RawRecord, RecordFramer } from "../read/framing.ts";
import { InputStream } from "../read/input-stream.ts";
import { check, Malformed } from "../read/malformed.ts";
import { RecordKind, SUPPORTED_MAJOR_VERSION } from "../read/record-kind.ts";
import type { RewriteLoss } from "../rewrite/capture-rewriter.ts";
import { frameRecord } from "../write/record-writer.ts";

/** What a merge made of its inputs. */
export interface MergeCounts {
  readonly recordings: number;
  /** Recordings that were there already, and are left out. */
  readonly repeated: number;
}

/**
 * Puts captures one after the other, as the format allows, with labels in their headers. All records but
 * headers pass as they are, whatever a later version of the format has in them; so memory does not
 * grow with what is merged.
 *
 * A recording that comes twice is there once. What is no record is left out and listed; a chunk whose
 * checksum is wrong passes, and whoever reads the merge drops it.
 */
export class CaptureMerger implements FramingHandler {
  readonly #framer = new RecordFramer(this);
  readonly #losses: RewriteLoss[] = [];
  readonly #known = new Set<string>();
  #labels: Readonly<Record<string, string>> = {};
  #head = new FileHead();
  #input: InputStream | undefined;
  #written: Uint8Array[] = [];
  /** Of the input that is being read. */
  #recordings = 0;
  #skips = false;
  #unsupportedVersion: number | undefined;
  #counts = { recordings: 0, repeated: 0 };

  /** What was left out so far because it is damaged. */
  get losses(): readonly RewriteLoss[] {
    return this.#losses;
  }

  get counts(): MergeCounts {
    return this.#counts;
  }

  /** Says which labels the recordings of the next input get; what they have of other keys stays. */
  label(labels: Readonly<Record<string, string>>): void {
    this.#labels = labels;
  }

  /** Takes the next bytes, plain or gzip; returns what is written by now. */
  push(bytes: Uint8Array): Uint8Array[] {
    this.#head.add(bytes);
    this.#input ??= new InputStream({
      onBytes: (plain) => this.#framer.push(plain),
      onDamage: (message) => this.#lose(this.#framer.offset, message),
    });
    this.#input.push(bytes);
    return this.#take();
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
    if (this.#recordings === 0) {
      throw this.#head.unreadable(this.#unsupportedVersion);
    }
    this.#recordings = 0;
    this.#skips = false;
    this.#head = new FileHead();
    return this.#take();
  }

  /** @internal */
  onLost(_kind: "corrupt" | "truncated", offset: number, length: number): void {
    this.#lose(offset, `${length} bytes that are no record`);
  }

  /** @internal */
  onRecord(record: RawRecord): boolean {
    if (record.field !== RecordKind.header) {
      // The framer uses its buffer again.
      if (!this.#skips) this.#written.push(record.bytes.slice());
      return true;
    }
    try {
      this.#writeHeader(decodeMessage(HeaderSchema, record.payload), record.offset);
      return true;
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.#lose(record.offset, error.message);
      return false;
    }
  }

  #writeHeader(header: Header, offset: number): void {
    check(header.format === "pspy", "a header of another format");
    this.#skips = header.majorVersion > SUPPORTED_MAJOR_VERSION;
    if (this.#skips) {
      this.#unsupportedVersion = header.majorVersion;
      this.#lose(offset, `a recording in version ${header.majorVersion} of the format`);
      return;
    }
    this.#recordings++;
    const id = hexadecimal(header.captureId);
    this.#skips = id !== "" && this.#known.has(id);
    if (this.#skips) {
      this.#counts.repeated++;
      return;
    }
    this.#known.add(id);
    this.#counts.recordings++;
    const labels = Object.entries(this.#labels);
    header.label = header.label
      .filter(({ key }) => !(key in this.#labels))
      .concat(labels.map(([key, value]) => create(LabelSchema, { key, value })));
    const body = { case: "header" as const, value: header };
    this.#written.push(...frameRecord(toBinary(RecordSchema, create(RecordSchema, { body }))));
  }

  #take(): Uint8Array[] {
    const written = this.#written;
    this.#written = [];
    return written;
  }

  #lose(offset: number, message: string): void {
    this.#losses.push({ offset, message });
  }
}
