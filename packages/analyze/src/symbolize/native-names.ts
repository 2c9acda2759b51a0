// SPDX-License-Identifier: MIT

/** A program or library, by what it is recognised again. */
export interface Library {
  /** As the process saw it. */
  readonly path: string;
  /** In hexadecimal; "": it has none. */
  readonly buildId: string;
}

/** A function that an address lies in. */
export interface NativeName {
  readonly name: string;
  readonly rawName: string;
  /** "": unknown. */
  readonly file: string;
  /** 1-based; 0: unknown. */
  readonly line: number;
  /** Where the function begins; 0: unknown. */
  readonly start: number;
}

/**
 * Names addresses of a library, in its own numbering: the functions of each, innermost first, the calls
 * before the last inlined in it. `undefined`: the library is not to be had.
 */
export type NameAddresses = (
  library: Library,
  addresses: readonly number[],
) => ReadonlyMap<number, readonly NativeName[]> | undefined;
