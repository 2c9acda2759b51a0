// SPDX-License-Identifier: MIT

/** Bytes that grow: varints and sections with their length in front. */
export class ByteWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  /** An unsigned integer below 2^53, seven bits a byte, lowest first. */
  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    // Division instead of shifts: weights in nanoseconds exceed 32 bits.
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** The length as a varint, then the bytes. */
  section(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** What was written; a view, valid until the next write. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(room: number): void {
    if (this.#length + room <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + room));
    larger.set(this.bytes());
    this.#bytes = larger;
  }
}
