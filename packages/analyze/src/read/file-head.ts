// SPDX-License-Identifier: MIT
import {
  CaptureVersionError,
  EmptyCaptureError,
  type FileGuess,
  NotACaptureError,
  type PyspyError,
} from "../errors.ts";
import { SUPPORTED_MAJOR_VERSION } from "./record-kind.ts";
import { decodeText } from "./text.ts";

const HEAD_BYTES = 512;

interface Guess {
  readonly guess: FileGuess;
  readonly description: string;
}

/** Keeps the first bytes of the input, to say what it is if it is no capture. */
export class FileHead {
  #bytes: Uint8Array = new Uint8Array(0);

  get isEmpty(): boolean {
    return this.#bytes.length === 0;
  }

  add(bytes: Uint8Array): void {
    const missing = HEAD_BYTES - this.#bytes.length;
    if (missing === 0 || bytes.length === 0) return;
    const joined = new Uint8Array(this.#bytes.length + Math.min(missing, bytes.length));
    joined.set(this.#bytes);
    joined.set(bytes.subarray(0, missing), this.#bytes.length);
    this.#bytes = joined;
  }

  /**
   * Why nothing of the input could be read.
   *
   * @param newerVersion of the format, where all that is there is of one.
   */
  unreadable(newerVersion: number | undefined): PyspyError {
    if (this.isEmpty) return new EmptyCaptureError();
    if (newerVersion !== undefined) {
      return new CaptureVersionError(newerVersion, SUPPORTED_MAJOR_VERSION);
    }
    const { guess, description } = this.#describe();
    return new NotACaptureError(guess, description);
  }

  /** What the input looks like. */
  #describe(): Guess {
    return guessByMagic(this.#bytes) ?? guessByText(this.#bytes) ?? BINARY;
  }
}

const BINARY: Guess = { guess: "binary", description: "binary data without a capture header" };

function guessByMagic(bytes: Uint8Array): Guess | undefined {
  const magic = decodeText(bytes.subarray(0, 24));
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    return { guess: "gzip", description: "gzip data that holds no capture" };
  }
  if (magic.startsWith("\x7fELF"))
    return { guess: "elf", description: "an ELF program or library" };
  if (magic.startsWith("PK\x03\x04")) return { guess: "zip", description: "a zip archive" };
  if (bytes[0] === 0x0a && (bytes.length < 12 || magic.includes("\x0a\x04pspy"))) {
    return { guess: "cut-header", description: "cut off within its header" };
  }
  return undefined;
}

function guessByText(bytes: Uint8Array): Guess | undefined {
  const text = decodeText(bytes);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they tell text from other data
  const strange = text.match(/[\x00-\x08\x0e-\x1f\ufffd]/g)?.length ?? 0;
  // The last character may be cut in two.
  if (strange > 1 || text.trim() === "") return undefined;
  const start = text.trimStart().toLowerCase();
  if (start.startsWith("{") || start.startsWith("[")) return { guess: "json", description: "JSON" };
  if (start.startsWith("<svg") || (start.startsWith("<?xml") && start.includes("<svg"))) {
    return { guess: "svg", description: "an SVG image" };
  }
  if (start.startsWith("<!doctype html") || start.startsWith("<html")) {
    return { guess: "html", description: "an HTML page" };
  }
  if (start.startsWith("<")) return { guess: "xml", description: "XML" };
  if (/^\S.*;.* \d+$/m.test(text)) {
    return { guess: "collapsed-stacks", description: "collapsed stacks in text" };
  }
  return { guess: "text", description: "text" };
}
