// SPDX-License-Identifier: MIT
import { ForeignRecordingError } from "../errors.ts";
import { decodeText } from "../read/text.ts";

const NEWLINE = 0x0a;
const RETURN = 0x0d;
/** A stack of thousands of frames with long paths has a tenth of it. */
const LONGEST_LINE = 1 << 22;

/** Cuts text that arrives in pieces into lines; holds one line at most. */
export class LineSplitter {
  readonly #format: string;
  #rest: Uint8Array[] = [];
  #restLength = 0;
  #number = 0;

  /** @param format what the text is taken for: for errors. */
  constructor(format: string) {
    this.#format = format;
  }

  /** Number of the line that was handed out last, from 1. */
  get number(): number {
    return this.#number;
  }

  /**
   * Hands the lines that end in `bytes` to `take`, without their ends.
   *
   * @throws ForeignRecordingError for a line that is no text of any recorder.
   */
  push(bytes: Uint8Array, take: (line: string) => void): void {
    let from = 0;
    for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, from)) {
      this.#hold(bytes.subarray(from, at));
      this.#emit(take);
      from = at + 1;
    }
    // Copied: the bytes are the caller's.
    if (from < bytes.length) this.#hold(bytes.slice(from));
  }

  /** Hands out what is left after the last line end, if anything is. */
  finish(take: (line: string) => void): void {
    if (this.#restLength > 0) this.#emit(take);
  }

  #hold(piece: Uint8Array): void {
    this.#rest.push(piece);
    this.#restLength += piece.length;
    if (this.#restLength <= LONGEST_LINE) return;
    const where = `line ${this.#number + 1}`;
    throw new ForeignRecordingError(this.#format, where, `is longer than ${LONGEST_LINE} bytes`);
  }

  #emit(take: (line: string) => void): void {
    const [only, ...others] = this.#rest;
    let line = only ?? new Uint8Array(0);
    if (others.length > 0) {
      line = new Uint8Array(this.#restLength);
      let at = 0;
      for (const piece of this.#rest) {
        line.set(piece, at);
        at += piece.length;
      }
    }
    this.#rest = [];
    this.#restLength = 0;
    this.#number++;
    const end = line.at(-1) === RETURN ? line.length - 1 : line.length;
    take(decodeText(line.subarray(0, end)));
  }
}
