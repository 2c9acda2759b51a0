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

const FIRST_CAPACITY = 64;
/** How much longer a full column becomes. Copying is what costs; see `withRoom`. */
const GROWTH = 4;

/** Capacity of a buffer that has to hold `needed` entries and will have to hold more. */
export function grownCapacity(capacity: number, needed: number): number {
  return Math.max(needed, capacity * GROWTH, FIRST_CAPACITY);
}

/**
 * Returns the column, or a longer one that begins with its values, with room for `needed` entries.
 *
 * Large typed arrays are zero pages of the kernel until they are written, so that a generous
 * capacity costs address space and not memory.
 *
 * @throws CaptureTooLargeError where the engine cannot allocate it.
 */
export function withRoom<T extends Column>(column: T, needed: number): T {
  if (needed <= column.length) return column;
  const Constructor = column.constructor as new (length: number) => T;
  let longer: T;
  try {
    longer = new Constructor(grownCapacity(column.length, needed));
  } catch {
    longer = modestly(Constructor, needed);
  }
  longer.set(column);
  return longer;
}

function modestly<T extends Column>(Constructor: new (length: number) => T, needed: number): T {
  try {
    return new Constructor(Math.ceil(needed * 1.25));
  } catch (cause) {
    throw new CaptureTooLargeError(needed, { cause });
  }
}

/** A column of 32-bit integers that grows as values are pushed. */
export class GrowableInt32 {
  length = 0;
  /** Values are at [0, length); replaced by a longer array as it grows. */
  values: Int32Array<ArrayBuffer> = new Int32Array(0);

  push(value: number): void {
    if (this.length === this.values.length) this.values = withRoom(this.values, this.length + 1);
    this.values[this.length++] = value;
  }

  /** Makes room for `length` values in all. */
  reserve(length: number): void {
    this.values = withRoom(this.values, length);
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
    if (this.length === this.values.length) this.values = withRoom(this.values, this.length + 1);
    this.values[this.length++] = value;
  }

  /** The values so far, as a view. */
  view(): Float64Array {
    return this.values.subarray(0, this.length);
  }
}
