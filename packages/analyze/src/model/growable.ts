// SPDX-License-Identifier: MIT
import { CaptureTooLargeError } from "../errors.ts";

/** The typed arrays that columns are made of. */
export type Column =
  | Uint8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>;

const FIRST_CAPACITY = 1024;

/** Capacity, at least `needed`, that makes n appends cost O(n): doubling. */
export function grownCapacity(capacity: number, needed: number): number {
  return Math.max(needed, capacity * 2, FIRST_CAPACITY);
}

/**
 * Returns a longer column that begins with the values of `column`; the rest is 0. Large typed
 * arrays are zero pages of the kernel until they are written, so that a doubled capacity costs
 * address space and not memory.
 *
 * @throws CaptureTooLargeError where the engine cannot allocate it.
 */
export function grown<T extends Column>(column: T, capacity: number): T {
  const Constructor = column.constructor as new (length: number) => T;
  let longer: T;
  try {
    longer = new Constructor(capacity);
  } catch (cause) {
    throw new CaptureTooLargeError(capacity, { cause });
  }
  longer.set(column);
  return longer;
}

/** A column of 32-bit integers that grows as values are pushed. */
export class GrowableInt32 {
  length = 0;
  /** Values are at [0, length); replaced by a longer array as it grows. */
  values: Int32Array<ArrayBuffer> = new Int32Array(0);

  push(value: number): void {
    this.reserve(this.length + 1);
    this.values[this.length++] = value;
  }

  /** Makes room for `length` values in all. */
  reserve(length: number): void {
    if (length > this.values.length) {
      this.values = grown(this.values, grownCapacity(this.values.length, length));
    }
  }

  /** The values so far, as a view. */
  view(): Int32Array {
    return this.values.subarray(0, this.length);
  }
}

/** A column of doubles that grows as values are pushed. */
export class GrowableFloat64 {
  length = 0;
  /** Values are at [0, length); replaced by a longer array as it grows. */
  values: Float64Array<ArrayBuffer> = new Float64Array(0);

  push(value: number): void {
    if (this.length === this.values.length) {
      this.values = grown(this.values, grownCapacity(this.length, this.length + 1));
    }
    this.values[this.length++] = value;
  }

  /** The values so far, as a view. */
  view(): Float64Array {
    return this.values.subarray(0, this.length);
  }
}
