// SPDX-License-Identifier: MIT
import { Malformed } from "./malformed.ts";

/**
 * A packed column of uint32 after decoding. One object serves for column after column: `read`
 * replaces what it held.
 */
export class VarintColumn {
  length = 0;
  /** Decoded values are at [0, length); beyond stand leftovers of longer columns. */
  values: Uint32Array<ArrayBuffer> = new Uint32Array(0);

  /**
   * Decodes all of `bytes`.
   *
   * @throws Malformed when a value is cut off or does not fit in 32 bits.
   */
  read(bytes: Uint8Array): void {
    const end = bytes.length;
    if (end > this.values.length) this.values = new Uint32Array(end * 2);
    const values = this.values;
    let length = 0;
    for (let at = 0; at < end; ) {
      let byte = bytes[at++]!;
      if (byte < 0x80) {
        values[length++] = byte;
        continue;
      }
      let value = byte & 0x7f;
      for (let shift = 7; ; shift += 7) {
        if (at === end) throw new Malformed("a column ends within a number");
        byte = bytes[at++]!;
        if (shift === 28 && byte > 0x0f) throw new Malformed("a number exceeds 32 bits");
        value |= (byte & 0x7f) << shift;
        if (byte < 0x80) break;
      }
      values[length++] = value;
    }
    this.length = length;
  }

  /** The values as a new array. */
  copy(): Uint32Array {
    return this.values.slice(0, this.length);
  }
}

/** The signed number that protobuf's zigzag coding (sint32) writes as `value`. */
export function unzigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}

/**
 * The numbers of up to 64 bits of a packed column that is not large.
 *
 * @throws Malformed when the last one is cut off, or one does not fit in 64 bits.
 */
export function readVarints64(bytes: Uint8Array): bigint[] {
  const values: bigint[] = [];
  for (let at = 0; at < bytes.length; ) {
    // Seven bytes are exact in a double; the other three hold the highest 15 bits.
    const parts = [0, 0];
    for (let place = 0; ; place++) {
      if (at === bytes.length) throw new Malformed("a column ends within a number");
      const byte = bytes[at++]!;
      if (place === 9 && byte > 1) throw new Malformed("a number exceeds 64 bits");
      parts[place < 7 ? 0 : 1]! += (byte & 0x7f) * 2 ** (7 * (place % 7));
      if (byte < 0x80) break;
    }
    values.push(BigInt(parts[0]!) + (BigInt(parts[1]!) << 49n));
  }
  return values;
}
