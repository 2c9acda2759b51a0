// SPDX-License-Identifier: MIT
import { GrowableInt32 } from "./growable.ts";

const EMPTY = -1;
const FIRST_SLOTS = 64;

/**
 * Gives every distinct pair of integers an index: 0, 1, 2 ... in the order of their first
 * appearance. Open addressing in typed arrays: no object a pair, and some 20 ns a look-up.
 *
 * The hash is seeded at random, so that no input can be prepared that makes all pairs collide.
 */
export class PairTable {
  readonly first: GrowableInt32 = new GrowableInt32();
  readonly second: GrowableInt32 = new GrowableInt32();
  readonly #seed = (Math.random() * 0x1_0000_0000) | 0;
  #slots = new Int32Array(FIRST_SLOTS).fill(EMPTY);

  /** Number of distinct pairs. */
  get length(): number {
    return this.first.length;
  }

  /** Index of the pair, which is added if it is new. */
  intern(first: number, second: number): number {
    const mask = this.#slots.length - 1;
    let slot = this.#hash(first, second) & mask;
    for (;;) {
      const index = this.#slots[slot]!;
      if (index === EMPTY) break;
      if (this.first.values[index] === first && this.second.values[index] === second) return index;
      slot = (slot + 1) & mask;
    }
    const index = this.length;
    this.first.push(first);
    this.second.push(second);
    this.#slots[slot] = index;
    if (this.length * 2 > this.#slots.length) this.#rehash();
    return index;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(EMPTY);
    const mask = slots.length - 1;
    for (let index = 0; index < this.length; index++) {
      let slot = this.#hash(this.first.values[index]!, this.second.values[index]!) & mask;
      while (slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      slots[slot] = index;
    }
    this.#slots = slots;
  }

  /** Two rounds of the finalizer of MurmurHash3. */
  #hash(first: number, second: number): number {
    let hash = Math.imul(first ^ this.#seed, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) ^ second;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return hash ^ (hash >>> 16);
  }
}
