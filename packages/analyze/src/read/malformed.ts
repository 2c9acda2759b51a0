// SPDX-License-Identifier: MIT

/**
 * Content that breaks a rule of the format. Thrown by the decoders and caught by the reader, which
 * turns it into a `Damage`: it never reaches the caller of the library.
 */
export class Malformed extends Error {}

/** @throws Malformed always. For loops, in which building a message must cost nothing. */
export function malformed(message: string): never {
  throw new Malformed(message);
}

/** @throws Malformed with `message` unless `condition` holds. */
export function check(condition: boolean, message: string): asserts condition {
  if (!condition) malformed(message);
}
