// SPDX-License-Identifier: MIT
import { ForeignRecordingError } from "../errors.ts";
import { concatBytes } from "../write/record-writer.ts";

/** Keeps an input that can only be read as a whole, up to a limit: what is compressed may be a bomb. */
export class WholeInput {
  readonly #format: string;
  readonly #mostBytes: number;
  readonly #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(format: string, mostBytes: number) {
    this.#format = format;
    this.#mostBytes = mostBytes;
  }

  /** @throws ForeignRecordingError beyond the limit. */
  push(bytes: Uint8Array): void {
    this.#length += bytes.length;
    if (this.#length > this.#mostBytes) {
      const limit = `${this.#mostBytes / 2 ** 20} MiB`;
      throw new ForeignRecordingError(this.#format, "", `it has more than ${limit} unpacked`);
    }
    this.#pieces.push(bytes.slice());
  }

  bytes(): Uint8Array {
    return concatBytes(this.#pieces.splice(0));
  }
}
