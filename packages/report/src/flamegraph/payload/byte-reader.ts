// SPDX-License-Identifier: MIT

/** Reads what `ByteWriter` wrote. The file may have been cut: reading past the end throws. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  varint(): number {
    let value = 0;
    let unit = 1;
    for (;;) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new RangeError("the flame graph's data ends too early");
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value;
      unit *= 0x80;
    }
  }

  section(): Uint8Array {
    const length = this.varint();
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) {
      throw new RangeError("the flame graph's data ends too early");
    }
    return this.#bytes.subarray(start, this.#at);
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }
}
