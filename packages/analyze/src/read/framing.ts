// SPDX-License-Identifier: MIT
import { grownCapacity } from "../model/growable.ts";
import { type RecordHead, readRecordHead } from "./record-head.ts";
import { findResumePoint, RESUME_REACH } from "./resync.ts";

/** One record of the stream, whole, not yet decoded. */
export interface RawRecord {
  /** Field number in `Record`. */
  readonly field: number;
  /** The message. */
  readonly payload: Uint8Array;
  /** The record from its 0x0A on, as the checksum wants it. */
  readonly bytes: Uint8Array;
  /** Of the record in the stream. */
  readonly offset: number;
}

/** What `RecordFramer` tells, in the order of the stream. */
export interface FramingHandler {
  /** Returns false for a record that is not what its head announces: see `RecordFramer`. */
  onRecord(record: RawRecord): boolean;
  /** These bytes belong to no whole record. "truncated": the stream ends there. */
  onLost(kind: "corrupt" | "truncated", offset: number, length: number): void;
}

/**
 * Cuts a byte stream into records, whatever the sizes in which it arrives. Holds no more than one
 * record beyond what it was given.
 *
 * A record is passed on only when a plausible record, or the end of the stream, follows it. That
 * finds a file that was cut in a record and had another one appended: the record's length then
 * reaches into the second file, and what follows it is no record. Should it end, by chance, where a
 * record of the second file ends, then its content is wrong: the second file is looked for in it.
 */
export class RecordFramer {
  readonly #handler: FramingHandler;
  /** Bytes not yet done with. */
  #window: Uint8Array = new Uint8Array(0);
  #windowOffset = 0;
  /** The buffer that #window is the beginning of, if it is ours and may be appended to. */
  #spare: Uint8Array | undefined;
  /** Bytes that #window must have before it is worth another look. */
  #needed = 0;
  /** Record that waits for what follows it; it ends at #at. */
  #held: { readonly start: number; readonly head: RecordHead } | undefined;
  /** In sync: where the next record begins. Lost: where the lost bytes begin. */
  #at = 0;
  /** Not in sync: where the search for the next chunk goes on. */
  #searchFrom: number | undefined;

  constructor(handler: FramingHandler) {
    this.#handler = handler;
  }

  /** Bytes that were pushed so far, in all streams. */
  get offset(): number {
    return this.#windowOffset + this.#window.length;
  }

  /** Takes the next bytes of the stream. They must not change before `finish` has returned. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#append(bytes);
    if (this.#window.length < this.#needed) return;
    this.#needed = 0;
    this.#run(false);
    this.#dropDone();
  }

  /**
   * Passes on a record that waits for what follows it, if the bytes so far end with it: a live stream
   * may have nothing more to say for long.
   */
  passHeld(): void {
    if (this.#held?.head.end === this.#window.length) this.#release();
  }

  /** Ends the stream; the framer can then take another one, whose offsets go on counting. */
  finish(): void {
    this.#run(true);
    this.#windowOffset += this.#window.length;
    this.#window = new Uint8Array(0);
    this.#spare = undefined;
    this.#needed = 0;
    this.#at = 0;
    this.#searchFrom = undefined;
  }

  #append(bytes: Uint8Array): void {
    const before = this.#window.length;
    if (before === 0) {
      this.#window = bytes;
      return;
    }
    const length = before + bytes.length;
    if (this.#spare === undefined || this.#spare.length < length) {
      this.#spare = new Uint8Array(grownCapacity(before, length));
      this.#spare.set(this.#window);
    }
    this.#spare.set(bytes, before);
    this.#window = this.#spare.subarray(0, length);
  }

  /** Lets go of the bytes before the first that is still needed. */
  #dropDone(): void {
    const keep = this.#held?.start ?? this.#searchFrom ?? this.#at;
    if (keep === 0 && this.#spare !== undefined) return;
    // A copy: records that were passed on are views of the old window.
    this.#window = this.#window.slice(keep);
    this.#spare = undefined;
    this.#windowOffset += keep;
    this.#at -= keep;
    this.#needed -= keep;
    if (this.#searchFrom !== undefined) this.#searchFrom -= keep;
    if (this.#held !== undefined) {
      const { field, payloadStart, end } = this.#held.head;
      const head = { field, payloadStart: payloadStart - keep, end: end - keep };
      this.#held = { start: this.#held.start - keep, head };
    }
  }

  #run(final: boolean): void {
    for (;;) {
      const goesOn = this.#searchFrom === undefined ? this.#step(final) : this.#search(final);
      if (!goesOn) return;
    }
  }

  /** Takes one record. Returns false when nothing more can be done with these bytes. */
  #step(final: boolean): boolean {
    const length = this.#window.length;
    const head = readRecordHead(this.#window, this.#at);
    if (head === "bad") {
      this.#searchFrom = (this.#held?.start ?? this.#at) + 1;
      return true;
    }
    if (head === "short" && !final) return false;
    // Something plausible follows the held record.
    const resumed = this.#release();
    if (resumed !== undefined) {
      this.#at = resumed;
      return true;
    }
    if (head !== "short" && head.end <= length) {
      this.#held = { start: this.#at, head };
      this.#at = head.end;
      return true;
    }
    if (!final) {
      if (head !== "short") this.#needed = head.end;
      return false;
    }
    if (this.#at === length) return false;
    this.#searchFrom = this.#at + 1;
    return true;
  }

  /** Looks for the next chunk. Returns false when it is not in these bytes. */
  #search(final: boolean): boolean {
    const found = findResumePoint(this.#window, this.#searchFrom!);
    if (found >= 0) {
      this.#lose("corrupt", found);
      this.#searchFrom = undefined;
      this.#at = found;
      return true;
    }
    const length = this.#window.length;
    if (final) {
      this.#lose("truncated", length);
      this.#searchFrom = undefined;
      this.#at = length;
    } else {
      this.#searchFrom = Math.max(this.#searchFrom!, length - RESUME_REACH);
      if (this.#searchFrom >= this.#at) this.#release();
    }
    return false;
  }

  /** Reports the bytes from #at, or from the held record if it reaches beyond `end`, to `end`. */
  #lose(kind: "corrupt" | "truncated", end: number): void {
    if (this.#held !== undefined && this.#held.head.end > end) {
      this.#at = this.#held.start;
      this.#held = undefined;
    }
    this.#release();
    this.#handler.onLost(kind, this.#windowOffset + this.#at, end - this.#at);
  }

  /**
   * Passes the held record on. If that was no good and another file begins in it, reports the bytes
   * before that file as lost and returns where it begins.
   */
  #release(): number | undefined {
    if (this.#held === undefined) return undefined;
    const { start, head } = this.#held;
    this.#held = undefined;
    const bytes = this.#window.subarray(start, head.end);
    const good = this.#handler.onRecord({
      field: head.field,
      payload: this.#window.subarray(head.payloadStart, head.end),
      bytes,
      offset: this.#windowOffset + start,
    });
    const inside = good ? -1 : findResumePoint(bytes, 1);
    if (inside < 0) return undefined;
    this.#handler.onLost("corrupt", this.#windowOffset + start, inside);
    return start + inside;
  }
}
