// SPDX-License-Identifier: MIT
import { Gunzip } from "fflate";

const GZIP_MAGIC: readonly [number, number] = [0x1f, 0x8b];
/** Input per step of the decompressor: gzip can make a thousand times as much of it. */
const SLICE_BYTES = 16 * 1024;

/** Where the bytes of an `InputStream` go. */
export interface InputHandler {
  onBytes(plain: Uint8Array): void;
  /** The compressed data cannot be read any further, and why. */
  onDamage(message: string): void;
}

/** Bytes of one file, which are decompressed if they turn out to be gzip. */
export class InputStream {
  readonly #handler: InputHandler;
  /** First byte, if only one has come so far. */
  #first: Uint8Array | undefined;
  #gunzip: Gunzip | undefined;
  #kind: "unknown" | "plain" | "gzip" | "broken" = "unknown";

  constructor(handler: InputHandler) {
    this.#handler = handler;
  }

  push(bytes: Uint8Array): void {
    const known = this.#kind === "unknown" ? this.#recognise(bytes) : bytes;
    if (known === undefined) return;
    if (this.#kind === "plain") this.#handler.onBytes(known);
    for (let at = 0; this.#kind === "gzip" && at < known.length; at += SLICE_BYTES) {
      this.#inflate(known.subarray(at, at + SLICE_BYTES), false);
    }
  }

  finish(): void {
    if (this.#kind === "gzip") this.#inflate(new Uint8Array(0), true);
    if (this.#first !== undefined) this.#handler.onBytes(this.#first);
    this.#first = undefined;
  }

  /** Tells the kind by the first two bytes; returns all bytes so far once it is known. */
  #recognise(bytes: Uint8Array): Uint8Array | undefined {
    const joined = this.#first === undefined ? bytes : prepend(this.#first, bytes);
    if (joined.length < 2) {
      if (joined.length === 1) this.#first = joined;
      return undefined;
    }
    this.#first = undefined;
    if (joined[0] === GZIP_MAGIC[0] && joined[1] === GZIP_MAGIC[1]) {
      this.#kind = "gzip";
      this.#gunzip = new Gunzip((plain) => this.#handler.onBytes(plain));
    } else {
      this.#kind = "plain";
    }
    return joined;
  }

  #inflate(bytes: Uint8Array, final: boolean): void {
    try {
      this.#gunzip!.push(bytes, final);
    } catch (error) {
      // What comes from our own handler is no damage of the compressed data.
      if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "number") {
        throw error;
      }
      this.#kind = "broken";
      this.#handler.onDamage(error.message);
    }
  }
}

function prepend(first: Uint8Array, rest: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + rest.length);
  joined.set(first);
  joined.set(rest, first.length);
  return joined;
}
