// SPDX-License-Identifier: MIT
import type { CodeAddresses, CodeMapping } from "./profile.ts";

/** Gives files of native code, and places in them, their indexes in the profile. */
export class AddressInterner {
  readonly mappings: CodeMapping[] = [];
  readonly #mappingIndex = new Map<string, number>();
  readonly #mapping: number[] = [];
  readonly #address: bigint[] = [];
  readonly #index = new Map<string, number>();

  /** Places so far. */
  get length(): number {
    return this.#mapping.length;
  }

  /** Index of a file; one path may have had several contents. */
  mapping(path: string, buildId: string): number {
    const key = `${buildId} ${path}`;
    const known = this.#mappingIndex.get(key);
    if (known !== undefined) return known;
    const index = this.mappings.push({ path, buildId }) - 1;
    this.#mappingIndex.set(key, index);
    return index;
  }

  /** Index of a place. `mapping`: -1 for none. */
  address(mapping: number, address: bigint): number {
    const key = `${mapping} ${address}`;
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    const index = this.#mapping.push(mapping) - 1;
    this.#address.push(address);
    this.#index.set(key, index);
    return index;
  }

  build(): CodeAddresses {
    return {
      length: this.#mapping.length,
      mapping: Int32Array.from(this.#mapping),
      address: BigUint64Array.from(this.#address),
    };
  }
}
